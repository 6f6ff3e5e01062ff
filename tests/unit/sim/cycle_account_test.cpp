// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/cycle_account.h"

#include <gtest/gtest.h>

namespace {

using namespace base;
using sim::Cause;
using sim::CycleAccount;

TEST(CycleAccount, TotalIsTheSumOfItsCauses)
{
    CycleAccount account;
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < sim::cause_count; ++i) {
        account.charge(sim::causes[i].cause, Cycles(i * i + 1));
        expected += i * i + 1;
    }
    EXPECT_EQ(account.total().count(), expected);
    EXPECT_EQ(account[Cause::load_wait], 10_cycles);
}

TEST(CycleAccount, ChargesToOneCauseAddUp)
{
    CycleAccount account;
    account.charge(Cause::issue, 2_cycles);
    account.charge(Cause::issue, 3_cycles);
    EXPECT_EQ(account[Cause::issue], 5_cycles);
    EXPECT_EQ(account[Cause::data_hazard], 0_cycles);
}

TEST(CycleAccount, AddsSubtractsAndMultipliesByCause)
{
    CycleAccount a, b;
    a.charge(Cause::issue, 2_cycles);
    a.charge(Cause::sleep, 5_cycles);
    b.charge(Cause::issue, 1_cycles);
    CycleAccount sum = a;
    sum += b * 3;
    EXPECT_EQ(sum[Cause::issue], 5_cycles);
    EXPECT_EQ(sum[Cause::sleep], 5_cycles);
    sum -= b * 3;
    EXPECT_EQ(sum, a);
}

} // namespace

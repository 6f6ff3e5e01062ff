// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/end_to_end/balance.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace end_to_end {
namespace {

template <typename Row, typename Part>
std::uint64_t sum(const std::vector<Row>& rows, Part part)
{
    std::uint64_t whole = 0;
    for (const Row& row : rows)
        whole += std::invoke(part, row);
    return whole;
}

template <typename Row>
void expect_causes_sum(
    const std::vector<Row>& rows, const traces::Profile& profile, const char* what)
{
    for (const traces::CostInfo& cause : profile.causes)
        EXPECT_EQ(
            sum(rows,
                [&](const Row& row) { return traces::value_of(row.cycles_by_cause, cause.name); }),
            traces::value_of(profile.cycles_by_cause, cause.name))
            << cause.name << " of the " << what;
}

bool is_flash(const std::string& region) { return region == "flash"; }

} // namespace

void expect_balanced(const traces::Profile& profile)
{
    const traces::Totals& total = profile.total;
    ASSERT_GT(total.cycles, 0u);
    ASSERT_GT(total.instructions, 0u);
    ASSERT_FALSE(profile.layers.empty());
    ASSERT_FALSE(profile.functions.empty());
    ASSERT_FALSE(profile.instructions.empty());
    EXPECT_EQ(traces::find_unbalanced_sum(profile), std::nullopt);

    EXPECT_EQ(sum(profile.cycles_by_cause, &traces::Cost::value), total.cycles);
    EXPECT_EQ(sum(profile.layers, &traces::Layer::cycles), total.cycles);
    EXPECT_EQ(sum(profile.functions, &traces::Function::self_cycles), total.cycles);
    EXPECT_EQ(sum(profile.instructions, &traces::Instruction::cycles), total.cycles);
    EXPECT_EQ(sum(profile.layers, &traces::Layer::instructions), total.instructions);
    EXPECT_EQ(sum(profile.functions, &traces::Function::instructions), total.instructions);
    EXPECT_EQ(sum(profile.instructions, &traces::Instruction::executions), total.instructions);
    expect_causes_sum(profile.layers, profile, "layers");
    expect_causes_sum(profile.functions, profile, "functions");
    expect_causes_sum(profile.instructions, profile, "instructions");
    EXPECT_EQ(sum(profile.layers, &traces::Layer::macs), total.macs);
    EXPECT_EQ(sum(profile.layers, &traces::Layer::executed_macs), total.executed_macs);

    EXPECT_EQ(sum(profile.traffic, &traces::Traffic::fetch_bytes),
        sum(profile.instructions, [](const traces::Instruction& in) {
            return in.executions * static_cast<unsigned>(in.size);
        }));
    auto of_flash = [](std::uint64_t traces::Traffic::*part) {
        return [part](const traces::Traffic& row) { return is_flash(row.region) ? row.*part : 0; };
    };
    EXPECT_EQ(sum(profile.layers, &traces::Layer::flash_reads),
        sum(profile.traffic, of_flash(&traces::Traffic::reads)));
    EXPECT_EQ(sum(profile.layers, &traces::Layer::flash_read_bytes),
        sum(profile.traffic, of_flash(&traces::Traffic::read_bytes)));
}

} // namespace end_to_end

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/branch_predictor.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;
using Counter = BranchPredictor::Counter;

constexpr Instruction backward {.address = 0x100, .target = 0x80};
constexpr Instruction forward {.address = 0x100, .target = 0x180};
constexpr bool taken = true, not_taken = false;

TEST(BranchPredictor, GuessesByDirectionAtFirst)
{
    EXPECT_EQ(Counter(backward).resolve(taken, 1), 0u);
    EXPECT_EQ(Counter(backward).resolve(not_taken, 1), 1u);
    EXPECT_EQ(Counter(forward).resolve(not_taken, 1), 0u);
    EXPECT_EQ(Counter(forward).resolve(taken, 1), 1u);
}

TEST(BranchPredictor, LoopsSurpriseOnceALoop)
{
    Counter counter(backward);
    for (int loop = 0; loop < 3; ++loop) {
        EXPECT_EQ(counter.resolve(taken, 9), 0u);
        EXPECT_EQ(counter.resolve(not_taken, 1), 1u);
    }
}

TEST(BranchPredictor, LearnsAnotherDirectionInTwoSurprises)
{
    Counter counter(backward);
    EXPECT_EQ(counter.resolve(taken, 5), 0u);
    EXPECT_EQ(counter.resolve(not_taken, 100), 2u);
    EXPECT_EQ(counter.resolve(taken, 1), 1u);
    EXPECT_EQ(counter.resolve(not_taken, 1), 0u);
}

TEST(BranchPredictor, ManyTurnsAtOnceAreTheSameAsOneByOne)
{
    for (const Instruction& branch : {backward, forward})
        for (std::uint64_t times : {1u, 2u, 3u, 4u, 7u}) {
            Counter at_once(branch), one_by_one(branch);
            for (bool way : {taken, not_taken, taken, taken, not_taken}) {
                std::uint32_t wrong = 0;
                for (std::uint64_t i = 0; i < times; ++i)
                    wrong += one_by_one.resolve(way, 1);
                EXPECT_EQ(at_once.resolve(way, times), wrong);
            }
        }
}

TEST(BranchPredictor, KeepsBranchesApart)
{
    BranchPredictor predictor;
    Instruction other = backward;
    other.address = 0x200;
    predictor.counter_of(backward).resolve(not_taken, 4);
    EXPECT_EQ(predictor.counter_of(other).resolve(taken, 1), 0u);
    EXPECT_EQ(predictor.counter_of(backward).resolve(taken, 1), 1u);
}

} // namespace

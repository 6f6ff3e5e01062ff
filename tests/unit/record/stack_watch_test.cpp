// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/stack_watch.h"

#include <gtest/gtest.h>

namespace {

using record::StackWatch;

constexpr std::uint32_t outer = 0, inner = 1, handler = 2;

TEST(StackWatch, TellsAFrameFromWhatItsCalleesTake)
{
    StackWatch watch;
    watch.enter(outer, 1'000, 1'000);
    watch.passed({.low = 960, .top = 1'000, .place = 1, .depth = 1});
    watch.enter(inner, 968, 1'000);
    watch.passed({.low = 900, .top = 1'000, .place = 2, .depth = 2});
    EXPECT_EQ(watch.leave(), 68u);
    watch.passed({.low = 956, .top = 1'000, .place = 1, .depth = 1});
    EXPECT_EQ(watch.leave(), 100u);
    EXPECT_EQ(watch.use_of(inner).own, 68u);
    EXPECT_EQ(watch.use_of(inner).all, 68u);
    EXPECT_EQ(watch.use_of(outer).own, 44u);
    EXPECT_EQ(watch.use_of(outer).all, 100u);
    EXPECT_EQ(watch.deepest(0).bytes, 100u);
    EXPECT_EQ(watch.deepest(0).place, 2u);
    EXPECT_EQ(watch.deepest(0).depth, 2u);
}

TEST(StackWatch, AFunctionThatUsesNoStackHasNone)
{
    StackWatch watch;
    watch.enter(outer, 1'000, 1'000);
    watch.passed({});
    EXPECT_EQ(watch.leave(), 0u);
    EXPECT_EQ(watch.deepest(0).bytes, 0u);
}

TEST(StackWatch, KeepsContextsApart)
{
    StackWatch watch;
    watch.enter(outer, 1'000, 1'000);
    watch.passed({.low = 980, .top = 1'000, .place = 1, .depth = 1});
    watch.switch_to(1);
    watch.enter(handler, 948, 948);
    watch.passed({.low = 900, .top = 948, .place = 5, .depth = 1});
    EXPECT_EQ(watch.leave(), 48u);
    watch.switch_to(0);
    EXPECT_EQ(watch.leave(), 20u);
    EXPECT_EQ(watch.use_of(outer).all, 20u);
    EXPECT_EQ(watch.deepest(0).bytes, 20u);
    EXPECT_EQ(watch.deepest(1).bytes, 48u);
    EXPECT_EQ(watch.deepest(1).place, 5u);
}

TEST(StackWatch, CountsWhatIsStillActiveAtTheEnd)
{
    StackWatch watch;
    watch.enter(outer, 1'000, 1'000);
    watch.enter(inner, 990, 1'000);
    watch.passed({.low = 900, .top = 1'000, .place = 2, .depth = 2});
    watch.settle();
    EXPECT_EQ(watch.use_of(outer).all, 100u);
    EXPECT_EQ(watch.use_of(inner).all, 90u);
}

TEST(StackWatch, TellsAStackThatWasLeftFromTheNext)
{
    StackWatch watch;
    watch.enter(outer, 9'000, 9'000);
    watch.passed({.low = 8'960, .top = 9'000, .place = 1, .depth = 1});
    watch.passed({.low = 500, .top = 500, .place = 1, .depth = 1}); // goes on there
    watch.enter(inner, 500, 500);
    watch.passed({.low = 430, .top = 500, .place = 2, .depth = 2});
    EXPECT_EQ(watch.leave(), 70u);
    EXPECT_EQ(watch.leave(), 40u);
    EXPECT_EQ(watch.use_of(outer).all, 40u);
    EXPECT_EQ(watch.deepest(0).bytes, 70u);
    EXPECT_EQ(watch.deepest(0).place, 2u);
}

TEST(StackWatch, FunctionsForgetWhatWasBeforeARestart)
{
    StackWatch watch;
    watch.enter(outer, 1'000, 1'000);
    watch.enter(inner, 990, 1'000);
    watch.passed({.low = 500, .top = 1'000, .place = 2, .depth = 2});
    watch.leave();
    watch.restart();
    watch.enter(inner, 990, 1'000);
    watch.passed({.low = 980, .top = 1'000, .place = 2, .depth = 2});
    watch.leave();
    EXPECT_EQ(watch.leave(), 20u);
    EXPECT_EQ(watch.use_of(inner).all, 10u);
    EXPECT_EQ(watch.deepest(0).bytes, 500u); // of the whole run
}

} // namespace

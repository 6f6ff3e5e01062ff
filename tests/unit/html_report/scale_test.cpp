// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/measure.h"
#include "profiler/report/html/pareto.h"
#include "profiler/report/html/scale.h"

#include <gmock/gmock.h>

using namespace report::html;
using testing::ElementsAre;

namespace {

std::vector<std::string> labels(const Scale& scale)
{
    std::vector<std::string> texts;
    for (const Tick& tick : scale.ticks())
        texts.push_back(tick.label);
    return texts;
}

} // namespace

TEST(Scale, HasRoundTicksInTheUnitOfItsAxis)
{
    EXPECT_THAT(
        labels(Scale::linear(2.14, 0, 1)), ElementsAre("0.0", "0.5", "1.0", "1.5", "2.0", "2.5"));
    EXPECT_THAT(labels(Scale::linear(97.0 * 1024, 0, 1, 1024)),
        ElementsAre("0", "20", "40", "60", "80", "100"));
    EXPECT_THAT(labels(Scale::linear(100, 0, 1)), ElementsAre("0", "20", "40", "60", "80", "100"));
    EXPECT_THAT(labels(Scale::linear(0.03, 0, 1)), ElementsAre("0.00", "0.01", "0.02", "0.03"));
}

TEST(Scale, PlacesItsEndsAtItsEnds)
{
    Scale up = Scale::linear(97, 250, 10); // upwards on a screen
    EXPECT_DOUBLE_EQ(up(0), 250);
    EXPECT_DOUBLE_EQ(up(100), 10);
    EXPECT_DOUBLE_EQ(up(50), 130);
    Scale logarithmic = Scale::logarithmic(0.1, 10, 0, 200);
    EXPECT_DOUBLE_EQ(logarithmic(1), 100);
}

TEST(Scale, OfLogarithmsIsAtLeastADecade)
{
    EXPECT_THAT(labels(Scale::logarithmic(3, 4, 0, 1)), ElementsAre("2", "5", "10", "20"));
    EXPECT_THAT(labels(Scale::logarithmic(1, 20'000, 0, 1)),
        ElementsAre("1", "10", "100", "1000", "10000"));
}

TEST(Scale, WindowsNeedNoZero)
{
    Scale scale = Scale::window(49.9, 68.0, 0, 1);
    EXPECT_THAT(labels(scale), ElementsAre("45", "50", "55", "60", "65", "70"));
    EXPECT_LT(Scale::window(88.9, 88.9, 0, 1).least(), 88.9);
}

TEST(Scale, SurvivesNothingToShow)
{
    EXPECT_GT(Scale::linear(0, 0, 1).largest(), 0);
    EXPECT_GT(Scale::logarithmic(0, 0, 0, 1).largest(), 0);
}

TEST(Measure, HasThreeDigits)
{
    EXPECT_EQ(text_of(1'280'000, Measure::cycles), "1.28 M cycles");
    EXPECT_EQ(text_of(3, Measure::cycles), "3 cycles");
    EXPECT_EQ(text_of(54 * 1024, Measure::bytes), "54.0 KiB");
    EXPECT_EQ(text_of(0.0716, Measure::seconds), "71.6 ms");
    EXPECT_EQ(text_of(0.0000033, Measure::joules), "3.3 uJ");
    EXPECT_EQ(text_of(0, Measure::joules), "0 nJ");
    EXPECT_EQ(display_unit(2.5e6, Measure::cycles).factor, 1e6);
}

TEST(Pareto, KeepsWhatNothingBeats)
{
    const std::vector<Bargain> bargains = {{3, 60}, {1, 50}, {2, 45}, {4, 60}, {3, 60}, {5, 70}};
    EXPECT_THAT(front_of(bargains), ElementsAre(1, 0, 4, 5));
    EXPECT_TRUE(front_of({}).empty());
}

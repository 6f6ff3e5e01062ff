// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/arena_map.h"
#include "profiler/report/html/bar_charts.h"
#include "profiler/report/html/flame_graph.h"
#include "profiler/report/html/layer_charts.h"
#include "profiler/report/html/markup.h"
#include "profiler/report/html/roofline.h"
#include "tests/support/sample_profile.h"

#include <gmock/gmock.h>

#include <regex>

using namespace report::html;
using support::sample_profile;
using testing::HasSubstr;
using testing::Not;

namespace {

/// The sum of an attribute over a drawing's marks.
double sum_of(const Markup& chart, const std::string& attribute)
{
    std::regex pattern(attribute + "=\"([^\"]*)\"");
    double sum = 0;
    const std::string& text = chart.str();
    for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end; ++i)
        sum += std::stod((*i)[1]);
    return sum;
}

} // namespace

TEST(Markup, EscapesWhatFilesName)
{
    EXPECT_EQ(Markup::escaped("<script>\"a\" & 'b'").str(),
        "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;");
    EXPECT_EQ(Markup::escaped("3→16 ß").str(), "3→16 ß");
    EXPECT_EQ(Markup::escaped(std::string_view("a\0b\x1b", 4)).str(), "a?b?");
    EXPECT_EQ(text_element("b", {{"title", "\"><i>"}}, "<").str(),
        "<b title=\"&quot;&gt;&lt;i&gt;\">&lt;</b>");
}

TEST(Markup, ReplacesWhatIsNotUtf8)
{
    for (std::string_view bad :
        {"\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
        EXPECT_THAT(Markup::escaped(bad).str(), HasSubstr("\ufffd")) << bad;
    EXPECT_EQ(Markup::escaped("\xe2\x82<").str(), "\ufffd\ufffd&lt;");
}

TEST(Markup, WritesNumbersThatCanBeReadBack)
{
    EXPECT_EQ(coordinate(12.50), "12.5");
    EXPECT_EQ(coordinate(-0.001), "0");
    EXPECT_EQ(exact(12'345'678), "12345678");
    EXPECT_EQ(std::stod(exact(0.1 + 0.2)), 0.1 + 0.2);
}

TEST(Charts, MarksOfLayersSumToTheRun)
{
    traces::Profile profile = sample_profile();
    double cycles = static_cast<double>(profile.total.cycles);
    EXPECT_EQ(sum_of(layer_cause_chart(profile), "data-value"), cycles);
    EXPECT_EQ(sum_of(cause_chart(profile), "data-value"), cycles);
    // All but the handler of the system timer, which is less than a thousandth.
    EXPECT_EQ(sum_of(flame_graph(profile), "data-self"), cycles - 1'000);
    EXPECT_THAT(flame_graph(profile).str(), HasSubstr("One call path of less than a thousandth"));
    EXPECT_EQ(
        sum_of(traffic_chart(profile), "data-value"), 197'732 + 6'100'000 + 2'440'000 + 140'000);
}

TEST(Charts, AreLeftOutWithNothingToShow)
{
    traces::Profile nothing;
    for (const Markup& chart : {cause_chart(nothing), layer_cause_chart(nothing),
             layer_sram_chart(nothing), traffic_chart(nothing), layer_energy_chart(nothing),
             arena_map(nothing), flame_graph(nothing), roofline(nothing, {})})
        EXPECT_TRUE(chart.empty());
}

TEST(Charts, SayWhatALimitFarAboveIs)
{
    std::string sram = layer_sram_chart(sample_profile()).str();
    EXPECT_THAT(sram, HasSubstr("Far above what is drawn: the chip&#39;s SRAM, 640 KiB"));
    EXPECT_THAT(sram, HasSubstr("data-limit=\"peak\""));
    EXPECT_THAT(sram, Not(HasSubstr("data-limit=\"capacity\"")));
    traces::Profile tight = sample_profile();
    tight.memory.sram_capacity = 32 * 1024;
    EXPECT_THAT(layer_sram_chart(tight).str(), HasSubstr("data-limit=\"capacity\""));
}

TEST(Charts, AreNamedForScreenReaders)
{
    std::string chart = layer_cause_chart(sample_profile()).str();
    EXPECT_THAT(chart, HasSubstr("role=\"img\" tabindex=\"0\""));
    EXPECT_THAT(chart, HasSubstr("aria-labelledby=\"cycles-title cycles-description\""));
    EXPECT_THAT(chart, HasSubstr("id=\"cycles-title\""));
    EXPECT_THAT(chart,
        HasSubstr(
            "<title>0 conv 10x4 s2 1→64: issue 1.1 M cycles, 68.3 % of 1.61 M cycles</title>"));
}

TEST(Roofline, DrawsTheRoofsThatAreKnown)
{
    EXPECT_THAT(
        roofline(sample_profile(), {2, 2.5}).str(), HasSubstr("core: 2 MACs a cycle at best"));
    EXPECT_THAT(roofline(sample_profile(), {2, 2.5}).str(),
        HasSubstr("flash without cache: 2.5 bytes a cycle"));
    EXPECT_THAT(roofline(sample_profile(), {}).str(), Not(HasSubstr("curve")));
}

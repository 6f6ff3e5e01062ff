// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/csv_report.h"
#include "profiler/report/html/comparison_page.h"
#include "profiler/report/html/run_page.h"
#include "profiler/report/markdown_report.h"
#include "tests/support/sample_profile.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <ranges>

using namespace report::html;
using support::random_profile;
using support::sample_profile;
using testing::HasSubstr;
using testing::Not;
using traces::Profile;

namespace {

Candidate candidate(const std::string& target, std::uint64_t cycles, double percent)
{
    Candidate one {
        sample_profile(), "STM32L4R5ZI", PublishedAccuracy {percent, "ImageNet top-1", "a paper"}};
    one.profile.run.id = target;
    one.profile.run.target = target;
    one.profile.total.cycles = cycles;
    return one;
}

/// A network of many layers, each with its own call.
Profile long_profile(int layers)
{
    Profile profile = sample_profile();
    traces::Layer layer = profile.layers[0], outside = profile.layers.back();
    profile.layers.clear();
    profile.arena.clear();
    std::uint64_t cycles = layer.cycles / static_cast<unsigned>(layers);
    for (int i = 0; i < layers; ++i) {
        layer.index = i;
        layer.name = "layer_" + std::to_string(i);
        profile.layers.push_back(layer);
        profile.arena.push_back(
            {layer.name, "activation", 1024u * static_cast<unsigned>(i % 3), 1024, i, i + 1});
        profile.calls.push_back({0, 0, layer.name, 0, false, 1, cycles, cycles});
        traces::Function function = profile.functions[0];
        function.name = layer.name;
        profile.functions.push_back(function);
    }
    profile.layers.push_back(outside);
    return profile;
}

} // namespace

TEST(RunPage, NeedsNothingFromElsewhere)
{
    std::string page = run_page(sample_profile());
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    for (const char* outside : {"http://", "https://", "src=", "@import", "url("})
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(RunPage, SaysWhatIsUnknown)
{
    std::string page = run_page(sample_profile());
    EXPECT_THAT(page, HasSubstr("<dt>energy</dt><dd><strong>unknown</strong>"));
    Profile known = support::sample_profile_with_energy();
    EXPECT_THAT(run_page(known), Not(HasSubstr("<dt>energy</dt><dd><strong>unknown</strong>")));
    EXPECT_THAT(run_page(known), HasSubstr("uncalibrated, currents: estimate"));
}

TEST(RunPage, NamesTheSourceOfEachFigure)
{
    std::string page = run_page(sample_profile());
    EXPECT_THAT(page, HasSubstr("RM0432 rev 9, table 12"));
    EXPECT_THAT(page, HasSubstr("<td class=\"name estimate\">estimate</td>"));
    EXPECT_THAT(page, HasSubstr(sample_profile().run.elf_sha256));
    EXPECT_THAT(page, HasSubstr("±7 %"));
}

TEST(RunPage, EscapesEveryName)
{
    const std::string hostile
        = "<script>alert('x')</script>{{style}}\"><img src=x onerror=alert(1)>";
    Profile profile = sample_profile();
    for (std::string* text : {&profile.run.target, &profile.run.chip, &profile.run.core,
             &profile.run.kernels, &profile.run.planner, &profile.run.setup,
             &profile.run.tool_version, &profile.run.outcome.message})
        *text = hostile;
    profile.run.outcome.reason = "fault";
    for (traces::Layer& layer : profile.layers)
        layer.title = layer.kernel = layer.name = layer.operator_name = hostile;
    for (traces::Function& function : profile.functions)
        function.name = function.file = hostile;
    for (traces::Call& call : profile.calls)
        call.function = hostile;
    for (traces::ArenaTensor& tensor : profile.arena)
        tensor.name = tensor.kind = hostile;
    for (traces::Traffic& traffic : profile.traffic)
        traffic.region = traffic.kind = hostile;
    profile.sources = {{hostile, hostile, hostile, hostile}};
    profile.warnings = {{hostile, hostile, 2}};
    std::string page = run_page(profile);
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    std::string comparison = comparison_page(std::vector<Candidate> {
        {profile, hostile, PublishedAccuracy {50, hostile, hostile}}, {profile, "", {}}});
    EXPECT_THAT(comparison, Not(HasSubstr("<img")));
    EXPECT_THAT(comparison, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(report::markdown_report(profile), Not(HasSubstr("<img")));
}

TEST(RunPage, SurvivesAnyProfile)
{
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        Profile profile = random_profile(seed);
        std::string page = run_page(profile);
        EXPECT_EQ(page, run_page(profile));
        EXPECT_LT(page.size(), 4u << 20) << seed;
        EXPECT_FALSE(report::markdown_report(profile).empty());
        EXPECT_FALSE(report::csv_report({&profile, 1}).empty());
    }
}

TEST(RunPage, OfTwoHundredLayersIsBelowTwoMegabytes)
{
    EXPECT_LT(run_page(long_profile(200)).size(), 2'000'000u);
}

TEST(RunPage, OfTenThousandLayersStaysReadable)
{
    std::string page = run_page(long_profile(10'000));
    EXPECT_THAT(page, HasSubstr("The first 500 of 10001 layers."));
    EXPECT_THAT(page, HasSubstr("The 500 of 10001 layers that cost most."));
    EXPECT_LT(page.size(), 4'000'000u);
}

TEST(ComparisonPage, DrawsAccuracyOverWhatItCosts)
{
    const std::vector<Candidate> candidates = {candidate("a", 1'000'000, 50),
        candidate("b", 2'000'000, 60), candidate("c", 3'000'000, 55)};
    std::string page = comparison_page(candidates);
    EXPECT_THAT(page, HasSubstr("id=\"accuracy-latency-0\""));
    EXPECT_THAT(page, HasSubstr("id=\"accuracy-sram-0\""));
    EXPECT_THAT(page, Not(HasSubstr("id=\"accuracy-energy-0\""))); // unknown: not drawn
    EXPECT_THAT(page, HasSubstr("a paper"));
}

TEST(ComparisonPage, KeepsDifferentAccuraciesApart)
{
    std::vector<Candidate> candidates
        = {candidate("a", 1'000'000, 50), candidate("b", 2'000'000, 60)};
    candidates[1].accuracy->measure = "visual wake words top-1";
    std::string page = comparison_page(candidates);
    EXPECT_THAT(page, HasSubstr("id=\"accuracy-latency-1\""));
    candidates[0].accuracy.reset();
    candidates[1].accuracy.reset();
    EXPECT_THAT(comparison_page(candidates), HasSubstr("No accuracy is published"));
}

TEST(ComparisonPage, LeavesOutWhatDoesNotFit)
{
    std::vector<Candidate> candidates
        = {candidate("a", 1'000'000, 50), candidate("b", 2'000'000, 60)};
    candidates[1].profile.memory.fits = false;
    EXPECT_THAT(comparison_page(candidates),
        HasSubstr("1 left out: unknown, did not fit or did not end well."));
}

TEST(CsvReport, HasALineALayerAndExactNumbers)
{
    Profile profile = sample_profile();
    profile.run.target = "a \"b\", c";
    std::string text = report::csv_report({&profile, 1});
    EXPECT_EQ(std::ranges::count(text, '\n'), 5);
    EXPECT_THAT(text, HasSubstr("cycles_load_wait"));
    EXPECT_THAT(text,
        HasSubstr("17,\"a \"\"b\"\", c\",stm32l4r5,120000000,dsp,greedy,0,layer_000_conv_2d,"));
}

TEST(MarkdownReport, IsATableWithItsLayersBehindAFold)
{
    std::string text = report::markdown_report(sample_profile(), {"STM32L4R5ZI", "Cortex-M4F"});
    EXPECT_THAT(text, HasSubstr("### keywords.tflite on STM32L4R5ZI"));
    EXPECT_THAT(text, HasSubstr("<summary>3 layers</summary>"));
    EXPECT_THAT(text, HasSubstr("| outside layers |"));
    Profile odd = sample_profile();
    odd.layers[0].title = "a|b";
    EXPECT_THAT(report::markdown_report(odd), HasSubstr("a\\|b"));
}

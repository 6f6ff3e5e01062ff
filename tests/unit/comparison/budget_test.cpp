// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/budget.h"
#include "profiler/comparison/budget_report.h"

#include "base/input_error.h"
#include "tests/support/sample_profile.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

using comparison::Budget;
using comparison::Verdict;
using traces::Profile;
using enum comparison::Verdict::Result;

namespace {

/// A budget of one run with these rules.
Budget::Run rules(const std::string& text)
{
    return Budget::parse(
        "[[run]]\ntarget = \"x.tflite\"\nchip = \"generic-m4\"\n" + text, "budget.toml")
        .runs.at(0);
}

std::vector<Verdict> judged(const std::string& text, const Profile* baseline = nullptr,
    const std::vector<std::uint8_t>* expected = nullptr)
{
    return comparison::judge(rules(text), support::sample_profile(), baseline, expected);
}

std::string complaint(const std::string& text)
{
    try {
        Budget::parse(text, "budget.toml");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

std::string judge_complaint(const std::string& text)
{
    try {
        judged(text);
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

Profile faster_baseline()
{
    Profile profile = support::sample_profile();
    profile.layers[1].cycles -= 50'000;
    profile.total.cycles -= 50'000;
    return profile;
}

} // namespace

TEST(Budget, HoldsRunsToAbsoluteLimits)
{
    auto verdicts = judged("limits = ['latency <= 20ms', 'sram <= 23 KiB', 'stack < 4K', 'flash <= "
                           "64KiB', 'energy < 1J',"
                           " 'cycles.load_wait <= 264.3 k']");
    ASSERT_EQ(verdicts.size(), 6u);
    EXPECT_EQ(verdicts[0].result, within);
    EXPECT_EQ(verdicts[1].result, over);
    EXPECT_EQ(verdicts[2].result, within);
    EXPECT_EQ(verdicts[3].result, within);
    EXPECT_EQ(verdicts[4].result, unknown);
    EXPECT_FALSE(verdicts[4].good());
    EXPECT_EQ(verdicts[5].result, within);
    EXPECT_EQ(
        comparison::sentence(verdicts[1]), "sram: 23.1 KiB, allowed 23.0 KiB (sram <= 23 KiB)");
    EXPECT_EQ(comparison::sentence(verdicts[4]), "energy: unknown (energy < 1J)");
}

TEST(Budget, NamesTheLayerThatGotSlower)
{
    Profile baseline = faster_baseline();
    auto verdicts = judged("limits = ['cycles <= baseline + 3 %']\n"
                           "[[run.layer]]\nmatch = '*'\nlimits = ['cycles <= baseline + 3 %']\n",
        &baseline);
    ASSERT_EQ(verdicts.size(), 5u);
    EXPECT_EQ(std::ranges::count(verdicts, over, &Verdict::result), 1);
    EXPECT_EQ(verdicts[2].result, over);
    EXPECT_EQ(verdicts[2].subject, "1 depthwise 3x3 64");
    EXPECT_EQ(comparison::sentence(verdicts[2]),
        "cycles of layer 1 depthwise 3x3 64: 520 k, allowed 484 k (cycles <= baseline + 3 %; "
        "baseline 470 k, +10.64 %)");
}

TEST(Budget, WhatIsNewHasNoBaselineToBreak)
{
    Profile baseline = support::sample_profile();
    baseline.layers.erase(baseline.layers.begin() + 1);
    auto verdicts = judged(
        "[[run.layer]]\nmatch = 'layer_001*'\nlimits = ['cycles <= baseline', 'cycles <= 1']\n",
        &baseline);
    ASSERT_EQ(verdicts.size(), 2u);
    EXPECT_EQ(verdicts[0].result, not_in_baseline);
    EXPECT_TRUE(verdicts[0].good());
    EXPECT_EQ(verdicts[1].result, over);
}

TEST(Budget, HoldsLayersAndFunctions)
{
    auto verdicts
        = judged("[[run.layer]]\nmatch = '2'\nlimits = ['weights <= 816 B', 'latency < 1ms']\n"
                 "[[run.function]]\nmatch = 'mcuprof_conv*'\nlimits = ['cycles < 1M', 'stack <= "
                 "24', 'calls = 1']\n");
    ASSERT_EQ(verdicts.size(), 5u);
    EXPECT_EQ(verdicts[0].result, within);
    EXPECT_EQ(verdicts[1].result, within);
    EXPECT_EQ(verdicts[2].result, over);
    EXPECT_EQ(verdicts[2].subject, "mcuprof_convolution_s8_dsp");
    EXPECT_EQ(verdicts[3].result, within);
    EXPECT_EQ(verdicts[4].result, within);
}

TEST(Budget, ComparesOutputsElementByElement)
{
    std::vector<std::uint8_t> expected = support::sample_profile().outputs[0].bytes;
    const std::string text = "[run.outputs]\nlimits = ['max_difference <= 0', 'different = 0']\n";
    for (const Verdict& verdict : judged(text, nullptr, &expected))
        EXPECT_EQ(verdict.result, within);
    expected[0] = 0x7f; // -128 became 127
    expected[11] = 9;
    auto verdicts = judged(text, nullptr, &expected);
    EXPECT_EQ(verdicts[0].value, 255);
    EXPECT_EQ(verdicts[1].value, 2);
    EXPECT_EQ(verdicts[0].result, over);
    Profile baseline = support::sample_profile();
    EXPECT_EQ(judged(text, &baseline)[0].value, 0);
    expected.pop_back();
    EXPECT_THROW(judged(text, nullptr, &expected), base::InputError);
}

TEST(Budget, SaysWhatIsWrongAndWhere)
{
    const std::string run = "[[run]]\ntarget = 'x'\nchip = 'y'\n";
    const std::array<std::pair<std::string, std::string>, 13> cases = {{
        {"", "budget.toml: expected at least one [[run]], found none"},
        {"[[run]]\nchip = 'y'\nlimits = ['sram < 5']\n", "budget.toml:1:"},
        {run,
            "budget.toml:1: expected 'limits', [[run.layer]], [[run.function]] or [run.outputs], "
            "found none"},
        {run + "limit = ['sram < 5']\n", "budget.toml:4:"},
        {run + "limits = ['srm < 5']\n",
            "budget.toml:4: expected a figure of a run, found 'srm'; did you mean sram?"},
        {run + "limits = ['sram < 5 ms']\n",
            "budget.toml:4: 'sram < 5 ms', column 10: expected a unit"},
        {run + "limits = []\n", "budget.toml:4:"},
        {run + "limits = ['accuracy > 5']\n",
            "budget.toml:4: expected a figure of a run, found 'accuracy'"},
        {run + "[[run.layer]]\nlimits = ['cycles < 5']\n", "budget.toml:4:"},
        {run + "[[run.layer]]\nmatch = '*'\nlimits = ['calls < 5']\n",
            "budget.toml:6: expected a figure of a layer, found 'calls'"},
        {run + "[run.outputs]\nlimits = ['sram < 5']\n",
            "budget.toml:5: expected a figure of outputs, found 'sram'"},
        {"[[run]]\nid = 3\nchip = 'y'\nlimits = ['sram < 5']\n", "budget.toml:3:"},
        {"[[run]\n", "budget.toml:1:"},
    }};
    for (const auto& [text, expected] : cases)
        EXPECT_TRUE(complaint(text).starts_with(expected)) << complaint(text);
    EXPECT_EQ(
        judge_complaint("[[run.layer]]\nmatch = 'layer_001_depthwise'\nlimits = ['cycles < 5']\n"),
        "budget.toml:4: no layer of the run matches 'layer_001_depthwise'; did you mean "
        "layer_001_depthwise_conv_2d?");
    EXPECT_EQ(judge_complaint("[run.outputs]\nlimits = ['different < 5']\n"),
        "budget.toml:4: expected 'expected', a file of outputs, or a baseline; found neither");
}

TEST(BudgetReport, SaysTheSameInEveryFormat)
{
    comparison::Judged run {"a <b> & \"c\" on y", "main.db, run 3", "",
        judged("limits = ['sram <= 23 KiB', 'latency <= 20ms']\n")};
    EXPECT_FALSE(run.good());
    std::string text = comparison::budget_text({run}, false, {});
    EXPECT_NE(text.find("  OVER    sram: 23.1 KiB, allowed 23.0 KiB"), std::string::npos) << text;
    EXPECT_EQ(text.find("latency"), std::string::npos) << text;
    EXPECT_NE(
        comparison::budget_text({run}, true, {}).find("  ok      latency"), std::string::npos);
    EXPECT_NE(
        comparison::budget_markdown({run}).find("| :x: | run | sram | 23.1 KiB | 23.0 KiB |  |"),
        std::string::npos)
        << comparison::budget_markdown({run});
    std::string xml = comparison::budget_junit({run});
    EXPECT_NE(xml.find("<testsuites name=\"mcuprof\" tests=\"3\" failures=\"1\" errors=\"0\">"),
        std::string::npos)
        << xml;
    EXPECT_NE(xml.find("name=\"a &lt;b&gt; &amp; &quot;c&quot; on y\""), std::string::npos) << xml;
    nlohmann::json json = nlohmann::json::parse(comparison::budget_json({run}));
    EXPECT_EQ(json["good"], false);
    EXPECT_EQ(json["runs"][0]["verdicts"][0]["result"], "over");
    EXPECT_EQ(json["runs"][0]["verdicts"][0]["value"], 23653);
    comparison::Judged failed {"x", "", "fault", {}};
    EXPECT_FALSE(failed.good());
    EXPECT_NE(
        comparison::budget_junit({failed}).find("<error message=\"fault\"/>"), std::string::npos);
}

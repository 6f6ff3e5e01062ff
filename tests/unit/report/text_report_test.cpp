// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/text_report.h"

#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/report/run_tables.h"
#include "tests/support/expected_text.h"
#include "tests/support/sample_profile.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace report;
using support::sample_profile;
using traces::Profile;
using traces::RunSummary;

namespace {

void expect_file(const std::string& name, const std::string& text)
{
    support::expect_text(SOURCE_DIR "/tests/unit/report/" + name + ".expected", text);
}

std::size_t widest_line(const std::string& text)
{
    std::istringstream lines(text);
    std::size_t widest = 0;
    for (std::string line; std::getline(lines, line);)
        widest = std::max(widest, base::display_width(line));
    return widest;
}

std::string without_color(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else
            result += text[i];
    return result;
}

Profile with_energy(Profile profile)
{
    profile.total.energy = traces::Energy {0.0033, 0.0026, 0.0041};
    for (traces::Layer& layer : profile.layers) {
        double share
            = static_cast<double>(layer.cycles) / static_cast<double>(profile.total.cycles);
        layer.energy = traces::Energy {0.0033 * share, 0.0026 * share, 0.0041 * share};
    }
    return profile;
}

Profile troubled()
{
    Profile profile = sample_profile();
    profile.run.core = "Cortex-M33";
    profile.run.timing = "provisional";
    profile.run.cycles_error_low = -0.1;
    profile.run.cycles_error_high = 0.25;
    traces::Outcome& outcome = profile.run.outcome;
    outcome.reason = "stack_overflow";
    outcome.message = "the stack grew into .bss";
    outcome.pc = 0x0800'0124;
    outcome.function = "mcuprof_convolution_s8_dsp";
    outcome.file = "kernels/dsp/convolution_s8_dsp.c";
    outcome.line = 34;
    outcome.instruction = "smlad   r0, r3, r4, r0";
    for (std::uint32_t i = 0; i < 17; ++i)
        outcome.registers.push_back(0x2000'0000 + i);
    outcome.call_stack = {
        {"mcuprof_convolution_s8_dsp", "kernels/dsp/convolution_s8_dsp.c", 0x0800'0100, 21},
        {"model_invoke", "", 0x0800'0400, 0},
    };
    profile.memory.fits = false;
    profile.memory.sram_capacity = 16 * 1024;
    profile.memory.sram_heap = 2'048;
    profile.cycles_by_cause[0].value -= 9'000;
    profile.cycles_by_cause[5].value = 9'000;
    return profile;
}

RunSummary summary(const std::string& id, const std::string& target, const std::string& chip,
    std::uint64_t clock_hz, std::uint64_t cycles, std::uint64_t arena)
{
    Profile profile = sample_profile();
    profile.run.id = id;
    profile.run.target = target;
    profile.run.chip = chip;
    profile.run.clock_hz = clock_hz;
    profile.total.cycles = cycles;
    profile.memory.sram_arena = arena;
    return {profile.run, profile.total, profile.memory};
}

std::vector<RunSummary> some_runs()
{
    std::vector<RunSummary> runs = {
        summary("1", "mobilenet-v1-0.25-96:2", "stm32f746", 216'000'000, 11'700'000, 90'000),
        summary("2", "efficientnet-lite0-0.35-96:2", "stm32f746", 216'000'000, 21'800'000, 170'000),
        summary("3", "mcunet-vww1", "stm32f746", 216'000'000, 23'400'000, 60'000),
        summary("4", "mobilenet-v1-0.25-96:2", "stm32l4r5", 120'000'000, 14'000'000, 90'000),
        summary("5", "mcunet-vww1", "stm32l4r5", 120'000'000, 13'000'000, 700'000),
        summary("6", "efficientnet-lite0-0.35-96:2", "stm32l4r5", 120'000'000, 900, 90'000),
    };
    runs[0].run.timing = "provisional";
    runs[4].memory.fits = false;
    runs[5].run.outcome.reason = "fault";
    return runs;
}

} // namespace

TEST(TextReport, IsForEyes) { expect_file("report", text_report(sample_profile())); }

TEST(TextReport, ShowsEnergyOnlyIfKnown)
{
    expect_file("report_energy", text_report(with_energy(sample_profile()), {140}));
}

TEST(TextReport, FitsANarrowTerminal)
{
    expect_file("report_80_columns", text_report(with_energy(sample_profile()), {80}));
}

TEST(TextReport, SaysWhatIsWrongFirst) { expect_file("report_troubled", text_report(troubled())); }

TEST(TextReport, ListsFunctionsOfAnElfWithoutLayers)
{
    Profile profile = sample_profile();
    profile.run.target = "blinky.elf";
    profile.run.kernels = profile.run.planner = "";
    profile.run.clock_hz = 0;
    profile.total.macs = 0;
    profile.layers.erase(profile.layers.begin(), profile.layers.end() - 1);
    expect_file("report_without_layers", text_report(profile));
}

TEST(TextReport, NeverLeavesATerminalOf60ColumnsOrMore)
{
    for (std::size_t width = 60; width <= 200; width += 7)
        for (const Profile& profile :
            {sample_profile(), with_energy(sample_profile()), troubled()}) {
            std::string text = text_report(profile, {width});
            EXPECT_LE(widest_line(text), width) << text;
        }
}

TEST(TextReport, DropsColumnsInTheStatedOrder)
{
    // From wide to narrow: once a column is gone it stays away, and they go in this order.
    const std::vector<std::string> order
        = {"█", "flash read", "kernel ", " SRAM", "energy", "MACs", "cyc/MAC"};
    std::size_t gone = 0;
    for (std::size_t width = 160; width >= 30; --width) {
        std::string text = text_report(with_energy(sample_profile()), {width});
        std::string table = text.substr(
            text.find("   #") == std::string::npos ? text.find("  #") : text.find("   #"));
        std::string titles = table.substr(0, table.find("\n  -"));
        std::size_t missing = 0;
        while (missing < order.size() && titles.find(order[missing]) == std::string::npos)
            ++missing;
        for (std::size_t i = missing; i < order.size(); ++i)
            EXPECT_NE(titles.find(order[i]), std::string::npos)
                << order[i] << " left too early at width " << width;
        EXPECT_GE(missing, gone) << width;
        gone = missing;
    }
    EXPECT_EQ(gone, order.size());
}

TEST(TextReport, ColorsChangeNothingButColors)
{
    for (const Profile& profile : {with_energy(sample_profile()), troubled()})
        for (std::size_t width : {60u, 80u, 120u}) {
            std::string colored = text_report(profile, {width, true});
            EXPECT_NE(colored.find('\x1b'), std::string::npos);
            EXPECT_EQ(without_color(colored), text_report(profile, {width, false}));
        }
}

TEST(TextReport, KeepsNamesFromFilesHarmless)
{
    Profile profile = sample_profile();
    profile.run.target = "evil\x1b[2J\n.tflite";
    profile.layers[0].title = "\x1b]0;title\a";
    profile.functions[0].name = "f\r\b";
    profile.warnings[0].message = "a\x1b[31mb";
    for (const std::string& text : {text_report(profile), function_table(profile)})
        for (char bad : {'\x1b', '\a', '\r', '\b'})
            EXPECT_EQ(text.find(bad), std::string::npos);
}

TEST(TextReport, ComesToAnEndWhateverTheProfile)
{
    EXPECT_NE(text_report(Profile {}), "");
    for (std::uint32_t seed = 0; seed < 40; ++seed)
        for (std::size_t width : {0u, 40u, 120u})
            EXPECT_NE(text_report(support::random_profile(seed), {width, seed % 2 == 0}), "");
}

TEST(FunctionTable, BeginsWithWhatCostsMost)
{
    expect_file("functions", function_table(sample_profile()));
}

TEST(FunctionTable, SaysHowManyAreNotShown)
{
    std::string text = function_table(sample_profile(), {}, 1);
    EXPECT_NE(text.find("... 3 more functions"), std::string::npos) << text;
    EXPECT_EQ(text.find("model_invoke"), std::string::npos);
}

TEST(InstructionListing, ShowsCountsCyclesAndCauses)
{
    expect_file(
        "instructions", instruction_listing(sample_profile(), "mcuprof_convolution_s8_dsp"));
}

TEST(InstructionListing, SuggestsNames)
{
    try {
        instruction_listing(sample_profile(), "mcuprof_convolution_s8_dps");
        FAIL();
    } catch (const base::InputError& error) {
        EXPECT_STREQ(error.what(),
            "function 'mcuprof_convolution_s8_dps': nothing of it ran; did you mean "
            "mcuprof_convolution_s8_dsp?");
    }
    try {
        instruction_listing(Profile {}, "main");
        FAIL();
    } catch (const base::InputError& error) {
        EXPECT_STREQ(error.what(),
            "function 'main': nothing of it ran; the run has no instructions recorded");
    }
}

TEST(TrafficTable, HasARowPerRegionAndKind)
{
    expect_file("traffic", traffic_table(sample_profile()));
}

TEST(RunList, HasALinePerRun)
{
    expect_file("runs", run_list(some_runs()));
    EXPECT_EQ(run_list({}), "no runs\n");
}

TEST(Comparison, GroupsByChipAndMarksWhatNobodyBeats)
{
    expect_file("comparison", comparison(some_runs()));
}

TEST(Comparison, SaysInWhatRunsDiffer)
{
    std::vector<RunSummary> runs = {some_runs()[3], some_runs()[3]};
    runs[1].run.kernels = "reference";
    runs[1].total.cycles *= 4;
    expect_file("comparison_kernels", comparison(runs));
}

TEST(Comparison, TakesWholeProfilesToo)
{
    std::vector<Profile> profiles = {sample_profile()};
    std::vector<RunSummary> runs = {{profiles[0].run, profiles[0].total, profiles[0].memory}};
    EXPECT_EQ(comparison(profiles), comparison(runs));
}

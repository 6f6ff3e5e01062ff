// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/core_model.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gtest/gtest.h>

namespace mcu {
namespace {

const std::string good = R"(name = "example"
title = "Example"
architecture = "armv7e-m"
emulator_model = "m4"
compiler_flags = "-mcpu=cortex-m4"
dsp = true
pipeline = "single_issue"
timing = "complete"

[error]
low = -0.01
high = 0.02
source = "a test"

[class.load]
issue = 2
latency = 3
source = "a manual"
grade = "datasheet"

[class.alu]
issue = 1
source = "another manual"
grade = "secondary"

[rule.taken_branch]
cycles = 1.5
source = "a fit"
grade = "measured"

[exception.entry]
cycles = 12
source = "a manual"
grade = "datasheet"

[exception.exit]
cycles = 10
source = "a guess"
grade = "estimate"

[exception.tail_chain]
cycles = 6
source = "a manual"
grade = "datasheet"

[exception.late_arrival]
cycles = 5
source = "a guess"
grade = "estimate"
)";

const std::string floating_point_state = R"(
[exception.fp_save]
cycles = 17
source = "a manual"
grade = "datasheet"

[exception.fp_restore]
cycles = 16
source = "a guess"
grade = "estimate"
)";

std::string with(std::string_view from, std::string_view to)
{
    std::string text = good;
    std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string complaint_about(const std::string& text)
{
    return complaint_of([&] { parse_core(text, "core.toml"); });
}

TEST(CoreModel, ReadsEveryField)
{
    CoreModel core = parse_core(good, "core.toml");
    EXPECT_EQ(core.name, "example");
    EXPECT_EQ(core.title, "Example");
    EXPECT_EQ(core.architecture, "armv7e-m");
    EXPECT_EQ(core.emulator_model, "m4");
    EXPECT_EQ(core.compiler_flags, "-mcpu=cortex-m4");
    EXPECT_TRUE(core.has_dsp);
    EXPECT_FALSE(core.has_fpu);
    EXPECT_EQ(core.pipeline, "single_issue");
    EXPECT_EQ(core.timing, "complete");
    EXPECT_EQ(core.error_low, -0.01);
    EXPECT_EQ(core.error_high, 0.02);
    EXPECT_EQ(core.error_source, "a test");
    ASSERT_EQ(core.rows.size(), 2u);
    EXPECT_EQ(core.rows.at("load").issue, 2u);
    EXPECT_EQ(core.rows.at("load").latency, 3u);
    EXPECT_EQ(core.rows.at("load").source, "a manual");
    EXPECT_EQ(core.rows.at("load").grade, Grade::datasheet);
    EXPECT_EQ(core.rows.at("alu").latency, 1u);
    ASSERT_EQ(core.rules.size(), 1u);
    EXPECT_EQ(core.rules.at("taken_branch").value, 1.5);
    EXPECT_EQ(core.rules.at("taken_branch").grade, Grade::measured);
    EXPECT_EQ(core.exception.entry.value, 12);
    EXPECT_EQ(core.exception.entry.grade, Grade::datasheet);
    EXPECT_EQ(core.exception.exit.value, 10);
    EXPECT_EQ(core.exception.exit.source, "a guess");
    EXPECT_EQ(core.exception.tail_chain.value, 6);
    EXPECT_EQ(core.exception.late_arrival.value, 5);
}

TEST(CoreModel, KnowsWhatFloatingPointStateCostsWhereThereIsAny)
{
    const std::string with_fpu = with("dsp = true", "fpu = true") + floating_point_state;
    CoreModel core = parse_core(with_fpu, "core.toml");
    EXPECT_EQ(core.exception.fp_save.value, 17);
    EXPECT_EQ(core.exception.fp_restore.value, 16);
    EXPECT_EQ(complaint_about(with("dsp = true", "fpu = true")),
        "core.toml:31: [exception] needs 'fp_save' (a table)");
    EXPECT_EQ(complaint_about(good + floating_point_state),
        "core.toml:56: unknown key 'fp_restore' in [exception]");
}

TEST(CoreModel, SaysWhatIsWrongAndWhere)
{
    EXPECT_EQ(complaint_about(with("\"armv7e-m\"", "\"armv8.1-m\"")),
        "core.toml:3: 'architecture' must be one of armv6-m, armv7-m, armv7e-m, armv8-m.main, "
        "found 'armv8.1-m'");
    EXPECT_EQ(complaint_about(with("\"m4\"", "\"m55\"")),
        "core.toml:4: 'emulator_model' must be one of m0, m3, m4, m7, m33, found 'm55'");
    EXPECT_EQ(complaint_about(with("\"single_issue\"", "\"triple_issue\"")),
        "core.toml:7: 'pipeline' must be one of single_issue, dual_issue, found 'triple_issue'");
    EXPECT_EQ(complaint_about(with("\"complete\"", "\"done\"")),
        "core.toml:8: 'timing' must be one of complete, provisional, found 'done'");
    EXPECT_EQ(complaint_about(with("low = -0.01", "low = 0.01")),
        "core.toml:11: the error must lie around 0 and above -1, found 0.01 to 0.02");
    EXPECT_EQ(complaint_about(with("source = \"a manual\"\n", "")),
        "core.toml:15: [class.load] does not say where its numbers come from ('source')");
    EXPECT_EQ(complaint_about(with("grade = \"datasheet\"\n", "")),
        "core.toml:15: [class.load] needs 'grade' (text)");
    EXPECT_EQ(complaint_about(with("\"datasheet\"", "\"rumor\"")),
        "core.toml:19: unknown grade 'rumor'; there are datasheet, measured, secondary, estimate");
    EXPECT_EQ(complaint_about(with("issue = 2\n", "")),
        "core.toml:15: [class.load] needs 'issue' (a whole number)");
    EXPECT_EQ(complaint_about(with("latency", "latencies")),
        "core.toml:17: unknown key 'latencies' in [class.load]; did you mean latency?");
    EXPECT_EQ(complaint_about(with("cycles = 1.5", "cycles = -1")),
        "core.toml:27: 'cycles' cannot be negative, found -1");
    EXPECT_EQ(complaint_about(with("cycles = 12", "cycles = -12")),
        "core.toml:32: 'cycles' cannot be negative, found -12");
    EXPECT_EQ(complaint_about(with("dsp = true", "dsp = 1")),
        "core.toml:6: 'dsp' must be true or false, found a whole number");
    EXPECT_EQ(
        complaint_about(with("title", "titel")), "core.toml:1: the file needs 'title' (text)");
    EXPECT_EQ(complaint_about(with("dsp = true", "dps = true")),
        "core.toml:6: unknown key 'dps' in the file; did you mean dsp or fpu?");
}

TEST(CoreModel, LoadsEveryCoreWeShip)
{
    EXPECT_FALSE(core_names().empty());
    for (const std::string& name : core_names())
        EXPECT_EQ(complaint_of([&] { EXPECT_EQ(load_core(name).name, name); }), "(nothing)");
}

TEST(CoreModel, SuggestsTheNearestName)
{
    std::string complaint = complaint_of([] { load_core("cortex-m44"); });
    EXPECT_TRUE(complaint.starts_with("cortex-m44: no core of this name; did you mean cortex-m4"))
        << complaint;
    EXPECT_EQ(
        complaint_of([] { load_core("zzzzzzzzzzzzzz"); }), "zzzzzzzzzzzzzz: no core of this name");
}

} // namespace
} // namespace mcu

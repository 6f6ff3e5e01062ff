// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/timeline.h"

#include "base/input_error.h"
#include "tests/support/expected_text.h"

#include <gtest/gtest.h>

namespace {

using traces::Instruction;

const std::string sum_name = "sum", no_encoding, issue_name = "issue", load_wait_name = "load_wait";

traces::Costs costs(std::uint64_t issue, std::uint64_t load_wait)
{
    return {{.name = issue_name, .value = issue}, {.name = load_wait_name, .value = load_wait}};
}

Instruction executed(std::uint32_t address, std::string encoding, std::uint64_t executions,
    std::uint64_t issue, std::uint64_t load_wait = 0)
{
    Instruction result;
    result.address = address;
    result.size = encoding.size() > 4 ? 4 : 2;
    result.encoding = std::move(encoding);
    result.function = sum_name;
    result.executions = executions;
    result.cycles = issue + load_wait;
    result.cycles_by_cause = costs(issue, load_wait);
    return result;
}

/// movs r2, #0; a loop of ldr r3, [r0], #4; adds r2, r3; subs r1, #1; bne; then mov r0, r2; bx lr.
traces::Profile summing(std::string core)
{
    traces::Profile profile;
    profile.run.id = std::to_string(7);
    profile.run.core = std::move(core);
    profile.instructions = {executed(0x100, "2200", 1, 1), executed(0x102, "f850 3b04", 10, 10, 30),
        executed(0x106, "18d2", 10, 10), executed(0x108, "3901", 10, 10),
        executed(0x10a, "d1fa", 10, 10), executed(0x10c, "4610", 1, 1),
        executed(0x10e, "4770", 1, 1)};
    return profile;
}

std::string complaint_of(const traces::Profile& profile, std::string_view function)
{
    try {
        report::issue_timeline(profile, function);
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "(nothing)";
}

TEST(IssueTimeline, ShowsTheHottestLoopUntilItIsSteady)
{
    support::expect_text(SOURCE_DIR "/tests/unit/report/timeline_m4.expected",
        report::issue_timeline(summing("cortex-m4"), "sum"));
    support::expect_text(SOURCE_DIR "/tests/unit/report/timeline_m7.expected",
        report::issue_timeline(summing("cortex-m7"), "sum"));
}

TEST(IssueTimeline, LongBlocksGoOnBelow)
{
    traces::Profile profile = summing("cortex-m4");
    profile.instructions.clear();
    for (std::uint32_t i = 0; i < 40; ++i)
        profile.instructions.push_back(executed(0x100 + 2 * i, "18d2", 1, 1));
    std::string text = report::issue_timeline(profile, "sum", {.width = 80});
    EXPECT_NE(text.find("\ncycle 20"), std::string::npos) << text;
    EXPECT_NE(text.find("total 40 = issue 40"), std::string::npos) << text;
}

TEST(IssueTimeline, SaysWhatIsMissing)
{
    traces::Profile profile = summing("cortex-m4");
    EXPECT_EQ(complaint_of(profile, "sun"),
        "function sun: the run executed none of this name; did you mean sum?");
    profile.instructions[2].encoding = no_encoding;
    EXPECT_EQ(complaint_of(profile, "sum"),
        "run 7: expected the encoding of each instruction, found '' at 0x00000106; runs stored "
        "before version 2 lack it: profile again");
}

} // namespace

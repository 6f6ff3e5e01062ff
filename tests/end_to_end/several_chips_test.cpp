// SPDX-License-Identifier: GPL-2.0-or-later
//
// Several chips in one run: each gets the profile that a run of its own gives, whether its run was
// shared or could not be.
#include "tests/end_to_end/network_run.h"
#include "tests/support/assembler.h"

#include <fmt/format.h>

namespace end_to_end {
namespace {

using profiler::ChipOutcome;
using profiler::Outcome;

profiler::Progress& silent()
{
    static profiler::Progress progress(profiler::Progress::Form::none);
    return progress;
}

/// generic-m4 and nrf52840 have flash and SRAM at the same addresses; stm32l4r5 has not, but fits
/// itself at another clock; generic-m7 is another core.
std::vector<mcu::ChipModel> some_chips()
{
    return {mcu::load_chip("generic-m4"), mcu::load_chip("stm32l4r5"), mcu::load_chip("nrf52840"),
        mcu::load_chip("generic-m7"), mcu::load_chip("stm32l4r5", base::Hertz(20'000'000))};
}

void expect_own_profiles(const profiler::Target& target, const std::vector<mcu::ChipModel>& chips,
    const std::vector<bool>& shared, const profiler::Request& request)
{
    std::vector<ChipOutcome> together
        = profiler::profile_on_chips(target, chips, request, silent());
    ASSERT_EQ(together.size(), chips.size());
    for (std::size_t i = 0; i < chips.size(); ++i) {
        ASSERT_TRUE(together[i]) << together[i].error().what();
        EXPECT_EQ(together[i]->timed_with_another, shared[i]) << i << ": " << chips[i].name;
        Outcome alone = profiler::profile_target(target, chips[i], request, silent());
        alone.profile.run.created_at = together[i]->profile.run.created_at;
        EXPECT_EQ(traces::dump(together[i]->profile), traces::dump(alone.profile));
        EXPECT_EQ(together[i]->profile, alone.profile) << i << ": " << chips[i].name;
    }
}

class SeveralChips : public testing::TestWithParam<bool> { };
INSTANTIATE_TEST_SUITE_P(Modes, SeveralChips, testing::Values(false, true),
    [](const auto& test) { return test.param ? "exact" : "blocks"; });

TEST_P(SeveralChips, EachGetsTheProfileOfItsOwnRun)
{
    NetworkRun run {GetParam() ? "tflm_hello_world_int8" : "mlperf_kws_dscnn_int8", "generic-m4", ""};
    if (auto missing = missing_for(run))
        GTEST_SKIP() << *missing;
    profiler::Target target
        = profiler::load_target(fmt::format(SHARED_DIR "/models/{}.tflite", run.network));
    profiler::Request request;
    request.exact = GetParam();
    expect_own_profiles(target, some_chips(), {false, false, true, false, true}, request);
}

/// An ELF file at 0 for chips with flash and SRAM in the usual places.
profiler::Target firmware(const std::string& body)
{
    profiler::Target target;
    target.name = target.where = "test.elf";
    target.kind = "elf";
    target.elf = support::assemble(
        "vectors 0x20008000\nfunction start\n" + body + "\nexit 0\nendfunction start\n",
        support::cortex_m4_flags, 0);
    return target;
}

class SeveralChipsOneElf : public testing::Test {
    void SetUp() override
    {
        if (!support::has_cross_assembler())
            GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
    }
};

std::vector<mcu::ChipModel> two_chips()
{
    return {mcu::load_chip("generic-m4"), mcu::load_chip("nrf52840")};
}

TEST_F(SeveralChipsOneElf, ShareTheRunOfAFirmwareThatLooksAtNothingOfTheChip)
{
    expect_own_profiles(
        firmware("ldr r0, =0x20000000\nmovs r1, #99\n1: str r1, [r0], #4\nsubs r1, #1\nbne 1b"),
        two_chips(), {false, true}, {});
}

TEST_F(SeveralChipsOneElf, RunForThemselvesWhereTheFirmwareReadsTheTime)
{
    // Turns as often as centiseconds have passed: after 700,000 turns of three cycles that is never
    // the same at 100 and at 64 MHz.
    expect_own_profiles(firmware("ldr r2, =700000\n1: subs r2, #1\nbne 1b\n"
                                 "movs r0, #0x10\nmovs r1, #0\nbkpt 0xab\nadds r0, #1\n"
                                 "2: subs r0, #1\nbne 2b"),
        two_chips(), {false, false}, {});
}

TEST_F(SeveralChipsOneElf, RunForThemselvesWhereTheFirmwareReadsARegister)
{
    expect_own_profiles(
        firmware("ldr r0, =0x40001000\nldr r1, [r0]"), two_chips(), {false, false}, {});
}

TEST_F(SeveralChipsOneElf, RunForThemselvesWhereOneLacksTheMemory)
{
    // generic-m4 has 8 MiB there; the nRF52840 has not: it faults.
    std::vector<ChipOutcome> together = profiler::profile_on_chips(
        firmware("ldr r0, =0x20100000\nldr r1, [r0]"), two_chips(), {}, silent());
    ASSERT_TRUE(together[0]);
    ASSERT_TRUE(together[1]);
    EXPECT_EQ(together[0]->profile.run.outcome.message, "");
    EXPECT_FALSE(together[1]->timed_with_another);
    EXPECT_NE(together[1]->profile.run.outcome.message, "");
}

TEST_F(SeveralChipsOneElf, AreToldWhereTheImageDoesNotFit)
{
    std::vector<mcu::ChipModel> chips = two_chips();
    chips.push_back(mcu::load_chip("rp2040")); // no flash at 0
    std::vector<ChipOutcome> together
        = profiler::profile_on_chips(firmware("nop"), chips, {}, silent());
    EXPECT_TRUE(together[0]);
    EXPECT_TRUE(together[1]);
    ASSERT_FALSE(together[2]);
    EXPECT_NE(std::string(together[2].error().what()).find("test.elf"), std::string::npos);
}

} // namespace
} // namespace end_to_end

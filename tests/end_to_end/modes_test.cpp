// SPDX-License-Identifier: GPL-2.0-or-later
//
// The fast way of counting (addresses from recipes, repeated blocks multiplied) against the slow
// one (every instruction and every access announced by the emulator): the same profile, to the
// unit.
#include "tests/end_to_end/network_run.h"

#include <fmt/format.h>

#include <sstream>

namespace end_to_end {
namespace {

struct BothModes {
    traces::Profile blocks, exact;
};

BothModes profile_both(const NetworkRun& run)
{
    BothModes both {
        profile_network(run, {}).profile, profile_network(run, {.exact = true}).profile};
    EXPECT_EQ(both.blocks.run.mode, "blocks");
    EXPECT_EQ(both.exact.run.mode, "exact");
    both.exact.run.mode = both.blocks.run.mode;
    both.exact.run.created_at = both.blocks.run.created_at;
    // Samples of power are taken where the engine comes by; what they sum to is held by find_unbalanced_sum.
    both.blocks.power.clear();
    both.exact.power.clear();
    return both;
}

/// The first lines that differ, with their number; empty if none does.
std::string first_difference(const std::string& blocks, const std::string& exact)
{
    std::istringstream left(blocks), right(exact);
    std::string left_line, right_line;
    for (int number = 1;; ++number) {
        const bool more_left = static_cast<bool>(std::getline(left, left_line));
        const bool more_right = static_cast<bool>(std::getline(right, right_line));
        if (!more_left && !more_right)
            return {};
        if (more_left != more_right || left_line != right_line)
            return fmt::format("line {}\n  blocks: {}\n  exact:  {}", number,
                more_left ? left_line : "(end)", more_right ? right_line : "(end)");
    }
}

class Modes : public testing::TestWithParam<NetworkRun> { };

/// Totals, causes, traffic with hits and misses, layers, functions, executions and cycles of each
/// instruction, stack, outputs, warnings: everything a profile has.
TEST_P(Modes, BlocksCountWhatIsAnnounced)
{
    if (auto missing = missing_for(GetParam()))
        GTEST_SKIP() << *missing;
    BothModes both = profile_both(GetParam());
    ASSERT_GT(both.exact.total.instructions, 0u);
    EXPECT_EQ(first_difference(traces::dump(both.blocks), traces::dump(both.exact)), "");
    EXPECT_EQ(both.blocks, both.exact);
}

std::vector<NetworkRun> equal_runs()
{
    std::vector<NetworkRun> result;
    for (const std::string& network : small_networks()) {
        result.push_back({network, "generic-m4", "dsp"});
        result.push_back({network, "stm32l4r5", "dsp"});
    }
    // Other pipelines, caches and instruction sets need not meet every network.
    for (const char* network : {"tflm_micro_speech_int8", "mlperf_kws_dscnn_int8",
             "silabs_rock_paper_scissors_int8", "mcunet_vww1_80_int8_floatio"})
        for (const char* chip : {"generic-m7", "generic-m33", "stm32f746", "nrf52840"})
            result.push_back({network, chip, "dsp"});
    for (const char* network :
        {"tflm_hello_world_int8", "mlperf_ad_autoencoder_int8", "mlperf_kws_dscnn_int8"})
        for (const char* chip : {"generic-m0plus", "generic-m3", "generic-m4", "rp2040"})
            result.push_back({network, chip, "reference"});
    // Every other chip whose caches hold either code or data.
    for (const char* chip : {"efr32mg24", "ra6m4", "stm32f412", "stm32f446", "stm32f767", "stm32h743", "stm32h7a3"})
        result.push_back({"mlperf_kws_dscnn_int8", chip, "dsp"});
    result.push_back({"mlperf_ad_autoencoder_int8", "stm32g0b1", "reference"});
    // One cache for code and data: which line is thrown out depends on how fetches and data reads follow each other.
    for (const char* chip : {"nrf5340", "psoc62", "rp2350", "stm32u575"})
        for (const char* network : {"tflm_hello_world_int8", "mlperf_kws_dscnn_int8"})
            result.push_back({network, chip, "dsp"});
    result.push_back({"mlperf_ad_autoencoder_int8", "stm32u575", "dsp"});
    result.push_back({"silabs_rock_paper_scissors_int8", "stm32u575", "dsp"});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Equal, Modes, testing::ValuesIn(equal_runs()), name_of_run);

} // namespace
} // namespace end_to_end

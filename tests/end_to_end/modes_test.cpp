// SPDX-License-Identifier: GPL-2.0-or-later
//
// The fast way of counting (addresses from recipes, repeated blocks multiplied) against the slow
// one (every instruction and every access announced by the emulator): the same profile, to the
// unit.
#include "tests/end_to_end/network_run.h"

#include <fmt/format.h>

#include <algorithm>
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
    return result;
}

INSTANTIATE_TEST_SUITE_P(Equal, Modes, testing::ValuesIn(equal_runs()), name_of_run);

class SharedCache : public testing::TestWithParam<NetworkRun> { };

/// One cache for code and data, as the STM32U5's ICACHE: which line is thrown out depends on how
/// fetches and data reads follow each other. Counting blocks sees the fetches of a run of a loop
/// first and its data reads then, where they alternate in truth; so hits, misses and waits of that
/// cache may differ. Nothing else may, and these not by much.
TEST_P(SharedCache, OnlyWaitsOfTheCacheMayDiffer)
{
    if (auto missing = missing_for(GetParam()))
        GTEST_SKIP() << *missing;
    BothModes both = profile_both(GetParam());
    const auto exact_cycles = static_cast<double>(both.exact.total.cycles);
    EXPECT_NEAR(static_cast<double>(both.blocks.total.cycles), exact_cycles, exact_cycles * 0.001);

    auto is_wait
        = [](const std::string& cause) { return cause == "fetch_wait" || cause == "load_wait"; };
    auto forget_waits = [&](traces::Costs& costs) {
        std::erase_if(costs, [&](const traces::Cost& cost) { return is_wait(cost.name); });
    };
    for (traces::Profile* profile : {&both.blocks, &both.exact}) {
        profile->total.cycles = profile->total.cycles_outside_inference = 0;
        profile->total.energy.reset();
        forget_waits(profile->cycles_by_cause);
        for (traces::Traffic& traffic : profile->traffic)
            traffic.hits = traffic.misses = 0;
        for (traces::Layer& layer : profile->layers) {
            layer.cycles = layer.start_cycle = 0;
            layer.energy.reset();
            forget_waits(layer.cycles_by_cause);
        }
        for (traces::Function& function : profile->functions) {
            function.self_cycles = function.total_cycles = 0;
            forget_waits(function.cycles_by_cause);
        }
        for (traces::Context& context : profile->contexts)
            context.cycles = 0;
        for (traces::Call& call : profile->calls)
            call.self_cycles = call.total_cycles = 0;
        // Functions come by what they cost: two of nearly the same cost may have changed places.
        std::ranges::sort(profile->functions, {}, &traces::Function::address);
        for (traces::Instruction& instruction : profile->instructions) {
            instruction.cycles = 0;
            forget_waits(instruction.cycles_by_cause);
        }
    }
    EXPECT_EQ(first_difference(traces::dump(both.blocks), traces::dump(both.exact)), "");
}

std::vector<NetworkRun> shared_cache_runs()
{
    std::vector<NetworkRun> result;
    for (const char* network : {"tflm_hello_world_int8", "mlperf_ad_autoencoder_int8",
             "mlperf_kws_dscnn_int8", "silabs_rock_paper_scissors_int8"})
        result.push_back({network, "stm32u575", "dsp"});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Bounded, SharedCache, testing::ValuesIn(shared_cache_runs()), name_of_run);

} // namespace
} // namespace end_to_end

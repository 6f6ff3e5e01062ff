// SPDX-License-Identifier: GPL-2.0-or-later
//
// Networks of ../shared/models in the simulator: outputs equal to those of an independent
// implementation, every layer equal to the host's interpreter, every cycle with a cause and an
// owner. One test a combination, so that `ctest -j` spreads them.
#include "base/hash.h"
#include "tests/end_to_end/balance.h"
#include "tests/end_to_end/network_run.h"
#include "tests/golden/golden_output.h"

#include <algorithm>
#include <filesystem>

namespace end_to_end {
namespace {

class GoldenSimulation : public testing::TestWithParam<NetworkRun> { };

/// The hash that the golden file has for each output of the network, and the bytes of the first.
void expect_golden(
    const traces::Profile& profile, const golden::GoldenRun& golden, const graph::ModelGraph& graph)
{
    ASSERT_EQ(profile.outputs.size(), graph.outputs.size());
    EXPECT_EQ(profile.outputs.front().bytes, golden.output);
    for (std::size_t i = 0; i < profile.outputs.size(); ++i) {
        auto hash = golden.tensor_hashes.find(graph.outputs[i]);
        ASSERT_NE(hash, golden.tensor_hashes.end());
        EXPECT_EQ(base::fnv1a(profile.outputs[i].bytes), hash->second) << "output " << i;
    }
}

TEST_P(GoldenSimulation, GoldenOutputsAndBalancedSums)
{
    const NetworkRun& run = GetParam();
    const std::filesystem::path file = SHARED_DIR "/golden/" + run.network + ".txt";
    if (auto missing = missing_for(run))
        GTEST_SKIP() << *missing;
    ASSERT_TRUE(std::filesystem::exists(file)) << file;

    const profiler::Target target
        = profiler::load_target(SHARED_DIR "/models/" + run.network + ".tflite");
    const std::vector<golden::GoldenRun> golden_runs = golden::read_golden(file);
    // Keyword spotting saturates on the first test input: the others say more.
    const int patterns = run.network == "mlperf_kws_dscnn_int8" ? golden::pattern_count : 1;
    ASSERT_LE(static_cast<std::size_t>(patterns), golden_runs.size());
    for (int pattern = 0; pattern < patterns; ++pattern) {
        SCOPED_TRACE(testing::Message() << "test input " << pattern);
        profiler::Outcome outcome = profile_network(run, {.pattern = pattern, .verify = true});
        const traces::Profile& profile = outcome.profile;
        EXPECT_EQ(profile.run.outcome.reason, "exited") << profile.run.outcome.message;
        EXPECT_EQ(profile.run.outcome.exit_code, 0);
        expect_golden(profile, golden_runs[static_cast<std::size_t>(pattern)], *target.graph);

        EXPECT_EQ(outcome.difference, std::nullopt);
        const auto layers = std::ranges::count_if(
            profile.layers, [](const traces::Layer& layer) { return layer.index >= 0; });
        EXPECT_EQ(outcome.verified_layers, static_cast<std::size_t>(layers));
        EXPECT_GE(outcome.verified_layers, 3u); // the smallest network has three
        expect_balanced(profile);
        // Every instruction that our kernels compile to has a row in the core's table.
        EXPECT_EQ(traces::value_of(profile.cycles_by_cause, "unmodeled"), 0u);
    }
}

std::vector<NetworkRun> runs()
{
    std::vector<NetworkRun> result;
    // First what takes longest. MobileNetV2 and MCUNetV2 at 224 x 224 are run with the DSP kernels
    // only, on the cores that differ in pipeline and instruction set: their reference kernels take
    // 3 to 4 billion instructions, a minute a run, and execute no code that the other networks do
    // not.
    for (const char* network :
        {"coral_mobilenet_v2_1.0_224_ptq_int8", "mcunetv2_large_224_int8_floatio"})
        for (const char* chip : {"generic-m4", "generic-m7", "generic-m33"})
            result.push_back({network, chip, "dsp"});
    for (auto network = small_networks().rbegin(); network != small_networks().rend(); ++network) {
        for (const char* chip :
            {"generic-m0plus", "generic-m3", "generic-m4", "generic-m7", "generic-m33"})
            result.push_back({*network, chip, "reference"});
        for (const char* chip : {"generic-m4", "generic-m7", "generic-m33"})
            result.push_back({*network, chip, "dsp"});
    }
    return result;
}

INSTANTIATE_TEST_SUITE_P(Simulator, GoldenSimulation, testing::ValuesIn(runs()), name_of_run);

} // namespace
} // namespace end_to_end

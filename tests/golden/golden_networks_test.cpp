// SPDX-License-Identifier: GPL-2.0-or-later
//
// Networks of ../shared/models, compiled and run on qemu, against outputs of an independent
// implementation. Which core and which kernels: one test a combination, so that `ctest -j` spreads
// them.
#include "base/file.h"
#include "base/hash.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/tflite_reader.h"
#include "profiler/firmware/firmware.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"
#include "tests/golden/golden_output.h"
#include "tests/golden/qemu_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace golden {
namespace {

struct Case {
    std::string network, chip, kernels;
    int patterns = pattern_count; // how many of the test inputs are run: large networks take long
};

std::string name_of_case(const testing::TestParamInfo<Case>& info)
{
    std::string name = info.param.network + "_" + info.param.chip + "_" + info.param.kernels;
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

/// What ctest shows; GoogleTest's own text has addresses in it.
void PrintTo(const Case& parameters, std::ostream* out) { *out << parameters.network; }

class GoldenNetwork : public testing::TestWithParam<Case> { };

/// The hash the golden file has for each network output, and the bytes of the first.
void expect_golden(const std::vector<std::vector<std::uint8_t>>& outputs, const GoldenRun& golden,
    const graph::ModelGraph& graph)
{
    ASSERT_EQ(outputs.size(), graph.outputs.size());
    EXPECT_EQ(outputs.front(), golden.output);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        auto hash = golden.tensor_hashes.find(graph.outputs[i]);
        ASSERT_NE(hash, golden.tensor_hashes.end());
        EXPECT_EQ(base::fnv1a(outputs[i]), hash->second) << "output " << i;
    }
}

TEST_P(GoldenNetwork, PrintsTheGoldenOutputs)
{
    const std::filesystem::path model = SHARED_DIR "/models/" + GetParam().network + ".tflite";
    const std::filesystem::path file = SHARED_DIR "/golden/" + GetParam().network + ".txt";
    if (!std::filesystem::exists(model) || !std::filesystem::exists(file))
        GTEST_SKIP() << "needs " << model << " and " << file;
    if (!has_qemu() || !firmware::find_program("arm-none-eabi-gcc"))
        GTEST_SKIP() << "needs qemu-system-arm, python3 and arm-none-eabi-gcc";

    graph::ModelGraph graph
        = graph::fold_padding(graph::read_tflite(base::read_bytes(model), model.string())).graph;
    mcu::ChipModel chip = mcu::load_chip(GetParam().chip);
    plan::ExecutionPlan plan
        = plan::make_plan(graph, chip.core, plan::kernel_set(GetParam().kernels));
    firmware::TemporaryFolder cache;
    firmware::Firmware firmware
        = firmware::build_firmware(graph, plan, chip, {.cache_folder = cache.path()});

    std::vector<GoldenRun> runs = read_golden(file);
    const int patterns = std::min(GetParam().patterns, static_cast<int>(runs.size()));
    for (int pattern = 0; pattern < patterns; ++pattern) {
        SCOPED_TRACE(testing::Message() << "test input " << pattern);
        std::vector<std::vector<std::uint8_t>> inputs;
        for (graph::TensorIndex input : graph.inputs)
            inputs.push_back(test_input(graph.tensor(input), pattern));
        expect_golden(run_on_qemu(firmware, machine_for(GetParam().chip), inputs),
            runs[static_cast<std::size_t>(pattern)], graph);
    }
}

constexpr const char* small_networks[] = {
    "arm_kws_micronet_m_int8",
    "mcunet_person_det_128x160_int8_floatio",
    "mcunet_vww1_80_int8_floatio",
    "mlperf_ad_autoencoder_int8",
    "mlperf_ic_resnet8_int8",
    "mlperf_kws_dscnn_int8",
    "mlperf_vww_mobilenetv1_025_96_int8",
    "silabs_image_example1_int8",
    "silabs_rock_paper_scissors_int8",
    "tflm_hello_world_int8",
    "tflm_micro_speech_int8",
    "tflm_person_detect_int8",
};

std::vector<Case> cases()
{
    std::vector<Case> result;
    for (const char* network : small_networks) {
        result.push_back({network, "generic-m4", "reference"});
        result.push_back({network, "generic-m4", "dsp"});
    }
    // Other cores run other instructions, not other kernels: four networks that use most
    // operators.
    for (const char* chip : {"generic-m0plus", "generic-m3", "generic-m7", "generic-m33"})
        for (const char* network :
            {"mcunet_vww1_80_int8_floatio", "mlperf_ic_resnet8_int8", "mlperf_kws_dscnn_int8",
                "tflm_hello_world_int8"})
            for (const char* kernels : {"reference", "dsp"})
                result.push_back({network, chip, kernels, 1});
    for (const char* network :
        {"coral_mobilenet_v2_1.0_224_ptq_int8", "mcunetv2_large_224_int8_floatio"})
        for (const char* kernels : {"reference", "dsp"})
            result.push_back({network, "generic-m4", kernels, 1});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Qemu, GoldenNetwork, testing::ValuesIn(cases()), name_of_case);

} // namespace
} // namespace golden

// SPDX-License-Identifier: GPL-2.0-or-later
//
// However tensors are placed, firmware prints the golden outputs on qemu.
#include "base/file.h"
#include "base/hash.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/tflite_reader.h"
#include "profiler/firmware/firmware.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"
#include "profiler/plan/patch_choice.h"
#include "tests/golden/golden_output.h"
#include "tests/golden/qemu_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace golden {
namespace {

struct Case {
    std::string network, kernels, planner, patch;
};

std::string name_of_case(const testing::TestParamInfo<Case>& info)
{
    std::string name = info.param.network + "_" + info.param.kernels + "_" + info.param.planner + "_" + info.param.patch;
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

void PrintTo(const Case& parameters, std::ostream* out) { *out << parameters.network << " " << parameters.planner << " " << parameters.patch; }

class GoldenPlanner : public testing::TestWithParam<Case> { };

TEST_P(GoldenPlanner, PrintsTheGoldenOutputs)
{
    const Case& one = GetParam();
    const std::filesystem::path model = SHARED_DIR "/models/" + one.network + ".tflite";
    const std::filesystem::path file = SHARED_DIR "/golden/" + one.network + ".txt";
    if (!std::filesystem::exists(model) || !std::filesystem::exists(file))
        GTEST_SKIP() << "needs " << model << " and " << file;
    if (!has_qemu() || !firmware::find_program("arm-none-eabi-gcc"))
        GTEST_SKIP() << "needs qemu-system-arm, python3 and arm-none-eabi-gcc";

    const graph::ModelGraph whole
        = graph::fold_padding(graph::read_tflite(base::read_bytes(model), model.string())).graph;
    const mcu::ChipModel chip = mcu::load_chip("generic-m4");
    const plan::KernelSet kernels = plan::kernel_set(one.kernels);
    plan::PlannerOptions planner {.planner = plan::planner_named(one.planner)};
    if (!one.patch.empty())
        planner.patch = plan::parse_patch_grid(one.patch);
    const plan::PatchChoice patches = plan::choose_patches(whole, chip.core, kernels, planner);
    const graph::ModelGraph& graph = patches.network.graph;
    plan::ExecutionPlan plan = plan::make_plan(graph, chip.core, kernels, {}, planner);
    plan::describe_patches(plan, patches);
    EXPECT_TRUE(plan::is_sound(plan.buffers));
    firmware::TemporaryFolder cache;
    const firmware::Firmware firmware = firmware::build_firmware(graph, plan, chip, {.cache_folder = cache.path()});

    const GoldenRun golden = read_golden(file).at(0);
    std::vector<std::vector<std::uint8_t>> inputs;
    for (graph::TensorIndex input : graph.inputs)
        inputs.push_back(test_input(graph.tensor(input), 0));
    const auto outputs = run_on_qemu(firmware, machine_for("generic-m4"), inputs);
    ASSERT_EQ(outputs.size(), graph.outputs.size());
    EXPECT_EQ(outputs.front(), golden.output);
    for (std::size_t i = 0; i < outputs.size(); ++i)
        EXPECT_EQ(base::fnv1a(outputs[i]), golden.tensor_hashes.at(graph.outputs[i])) << "output " << i;
}

INSTANTIATE_TEST_SUITE_P(OnQemu, GoldenPlanner,
    testing::Values(Case {"mlperf_kws_dscnn_int8", "dsp", "inplace", ""}, Case {"mlperf_kws_dscnn_int8", "reference", "inplace", ""},
        Case {"mlperf_kws_dscnn_int8", "dsp", "patch", "5x1@4"}, Case {"mlperf_ic_resnet8_int8", "dsp", "optimal", ""},
        Case {"mlperf_ic_resnet8_int8", "dsp", "patch", "2x2@4"}, Case {"mlperf_ic_resnet8_int8", "reference", "inplace", ""},
        Case {"mlperf_vww_mobilenetv1_025_96_int8", "dsp", "patch", "3x3@5"}, Case {"mlperf_vww_mobilenetv1_025_96_int8", "dsp", "patch", ""},
        Case {"mcunet_vww1_80_int8_floatio", "dsp", "patch", "2x2@5"}, Case {"mcunet_vww1_80_int8_floatio", "dsp", "inplace", ""},
        Case {"mcunet_person_det_128x160_int8_floatio", "dsp", "inplace", ""}),
    name_of_case);

} // namespace
} // namespace golden

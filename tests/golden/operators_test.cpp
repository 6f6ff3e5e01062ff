// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every operator in every type we have kernels for, compiled and run on qemu, against the host's
// referee.
#include "base/file.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/tflite_reader.h"
#include "profiler/firmware/firmware.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"
#include "tests/golden/golden_output.h"
#include "tests/golden/qemu_run.h"
#include "tests/unit/graph/sample_graphs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <random>

namespace golden {
namespace {

/// The same network with the result of every operator as a network output, so that all of them are
/// compared.
graph::ModelGraph with_every_result_shown(graph::ModelGraph graph)
{
    graph.outputs.clear();
    for (const graph::Operator& op : graph.operators)
        graph.outputs.insert(graph.outputs.end(), op.outputs.begin(), op.outputs.end());
    return graph;
}

/// Bytes for a tensor: anything for integers, numbers in [-2, 2) for float32.
graph::TensorBytes random_bytes(const graph::Tensor& tensor, std::mt19937& random)
{
    graph::TensorBytes bytes;
    while (bytes.size() < static_cast<std::size_t>(tensor.bytes())) {
        if (tensor.type == graph::ElementType::float32) {
            const float real = static_cast<float>(random() % 4096) / 1024.0F - 2.0F;
            const auto* raw = reinterpret_cast<const std::uint8_t*>(&real);
            bytes.insert(bytes.end(), raw, raw + sizeof real);
        } else {
            bytes.push_back(static_cast<std::uint8_t>(random()));
        }
    }
    return bytes;
}

void expect_equal_to_referee(
    const graph::ModelGraph& graph, const std::string& chip_name, plan::KernelSet kernels)
{
    if (!has_qemu() || !firmware::find_program("arm-none-eabi-gcc"))
        GTEST_SKIP() << "needs qemu-system-arm, python3 and arm-none-eabi-gcc";
    mcu::ChipModel chip = mcu::load_chip(chip_name);
    firmware::TemporaryFolder cache;
    firmware::Firmware firmware = firmware::build_firmware(
        graph, plan::make_plan(graph, chip.core, kernels), chip, {.cache_folder = cache.path()});

    std::mt19937 random(7);
    std::vector<graph::TensorBytes> inputs;
    for (graph::TensorIndex input : graph.inputs)
        inputs.push_back(random_bytes(graph.tensor(input), random));
    auto printed = run_on_qemu(firmware, machine_for(chip_name), inputs);
    auto expected = graph::interpret(graph, inputs).network_outputs;
    ASSERT_EQ(printed.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(printed[i], expected[i]) << "tensor " << graph.outputs[i];
}

struct Sample {
    const char* name;
    graph::ModelGraph (*make)();
};
constexpr Sample sample_networks[] = {
    {"convolutions", samples::convolutions},
    {"everything_else", samples::everything_else},
    {"legacy", samples::legacy},
    {"wide", samples::wide},
};

struct Case {
    Sample sample;
    std::string chip;
    plan::KernelSet kernels;
};

std::string name_of_case(const testing::TestParamInfo<Case>& parameters)
{
    std::string name = fmt::format("{}_{}_{}", parameters.param.sample.name, parameters.param.chip,
        plan::name_of(parameters.param.kernels));
    std::ranges::replace(name, '-', '_');
    return name;
}

/// What ctest shows; GoogleTest's own text has addresses in it.
void PrintTo(const Case& parameters, std::ostream* out) { *out << parameters.sample.name; }

class Operators : public testing::TestWithParam<Case> { };

TEST_P(Operators, EqualTheHostsReferee)
{
    expect_equal_to_referee(
        with_every_result_shown(GetParam().sample.make()), GetParam().chip, GetParam().kernels);
}

std::vector<Case> cases()
{
    std::vector<Case> result;
    for (const char* chip : {"generic-m0plus", "generic-m4"})
        for (plan::KernelSet kernels : {plan::KernelSet::reference, plan::KernelSet::dsp})
            for (const Sample& sample : sample_networks)
                result.push_back({sample, chip, kernels});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Qemu, Operators, testing::ValuesIn(cases()), name_of_case);

TEST(LegacyNetwork, EqualsTheHostsReferee)
{
    const std::filesystem::path model
        = SHARED_DIR "/models/coral_mobilenet_v1_0.25_128_uint8.tflite";
    if (!std::filesystem::exists(model))
        GTEST_SKIP() << "needs " << model;
    expect_equal_to_referee(graph::read_tflite(base::read_bytes(model), model.string()),
        "generic-m4", plan::KernelSet::dsp);
}

} // namespace
} // namespace golden

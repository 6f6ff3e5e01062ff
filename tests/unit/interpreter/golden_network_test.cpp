// SPDX-License-Identifier: GPL-2.0-or-later
// Every tensor of every network equals what TensorFlow Lite Micro's reference kernels computed.
#include "base/file.h"
#include "base/hash.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/tflite_reader.h"
#include "tests/unit/interpreter/golden_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace {

const std::filesystem::path shared = SHARED_DIR;

std::vector<std::string> golden_networks()
{
    std::vector<std::string> names;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(shared / "golden", missing))
        if (entry.path().extension() == ".txt")
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

graph::TensorBytes input_bytes(const graph::Tensor& tensor, int pattern)
{
    graph::TensorBytes bytes;
    for (const int value : golden_pattern(pattern, static_cast<std::size_t>(tensor.elements()))) {
        if (tensor.type == graph::ElementType::float32) {
            const float real = static_cast<float>(value) / 128.0F;
            std::uint8_t stored[sizeof real];
            std::memcpy(stored, &real, sizeof real);
            bytes.insert(bytes.end(), stored, stored + sizeof real);
        } else
            bytes.push_back(static_cast<std::uint8_t>(
                // Of the patterns only the texture is meant as a real value; the others are stored
                // bytes.
                tensor.type == graph::ElementType::uint8 && pattern == 0 ? value + 128 : value));
    }
    return bytes;
}

const graph::TensorBytes& output_of(const graph::ModelGraph& network,
    const graph::Interpretation& result, const GoldenTensor& tensor)
{
    const std::vector<graph::TensorIndex>& outputs = network.operators.at(tensor.layer).outputs;
    const auto found = std::find(outputs.begin(), outputs.end(), tensor.tensor);
    EXPECT_NE(found, outputs.end())
        << "layer " << tensor.layer << " does not write tensor " << tensor.tensor;
    const auto index
        = found == outputs.end() ? 0 : static_cast<std::size_t>(found - outputs.begin());
    return result.outputs.at(tensor.layer).at(index);
}

class GoldenNetwork : public testing::TestWithParam<std::string> { };
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenNetwork);

TEST_P(GoldenNetwork, EveryTensorIsBitExact)
{
    const std::filesystem::path model = shared / "models" / (GetParam() + ".tflite");
    const graph::ModelGraph network = graph::read_tflite(base::read_bytes(model), GetParam());
    const GoldenFile golden = read_golden(shared / "golden" / (GetParam() + ".txt"));
    ASSERT_EQ(golden.runs.size(), 3U);
    ASSERT_EQ(network.inputs.size(), 1U);

    for (const GoldenRun& run : golden.runs) {
        const graph::TensorBytes input
            = input_bytes(network.tensor(network.inputs[0]), run.pattern);
        if (run.pattern == 0) {
            ASSERT_EQ(base::fnv1a(input), golden.input_fnv1a);
        }
        const graph::Interpretation result = graph::interpret(network, {input});

        ASSERT_EQ(run.tensors.size(), network.operators.size());
        for (const GoldenTensor& tensor : run.tensors) {
            const graph::TensorBytes& bytes = output_of(network, result, tensor);
            ASSERT_EQ(bytes.size(), tensor.bytes)
                << "pattern " << run.pattern << ", layer " << tensor.layer;
            ASSERT_EQ(base::fnv1a(bytes), tensor.fnv1a)
                << "pattern " << run.pattern << ", layer " << tensor.layer << ": "
                << graph::title_of(network, network.operators[tensor.layer]);
        }
        EXPECT_EQ(result.network_outputs.at(0), run.output) << "pattern " << run.pattern;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Shared, GoldenNetwork, testing::ValuesIn(golden_networks()), [](const auto& network) {
        std::string name = network.param;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
        return name;
    });

TEST(GoldenNetworks, AreThere)
{
    if (golden_networks().empty())
        GTEST_SKIP() << "no golden outputs beside the repository";
    EXPECT_EQ(golden_networks().size(), 14U);
}

TEST(LegacyNetwork, Uint8MobileNetRuns)
{
    const std::filesystem::path model
        = shared / "models" / "coral_mobilenet_v1_0.25_128_uint8.tflite";
    if (!std::filesystem::exists(model))
        GTEST_SKIP() << "no models beside the repository";
    const graph::ModelGraph network = graph::read_tflite(base::read_bytes(model), "uint8");
    graph::TensorBytes input;
    for (const int value :
        golden_pattern(0, static_cast<std::size_t>(network.tensor(network.inputs[0]).elements())))
        input.push_back(static_cast<std::uint8_t>(value + 128));
    const graph::Interpretation result = graph::interpret(network, {input});
    // A softmax in uint8 at scale 1/256: its parts sum to about one.
    int sum = 0;
    for (const std::uint8_t part : result.network_outputs.at(0))
        sum += part;
    EXPECT_NEAR(sum, 256, 64);
    EXPECT_GT(
        *std::max_element(result.network_outputs[0].begin(), result.network_outputs[0].end()), 1);
}

} // namespace

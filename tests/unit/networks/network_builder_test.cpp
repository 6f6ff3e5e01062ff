// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_builder.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/tflite_reader.h"
#include "mcu_models/graph/tflite_writer.h"
#include "mcu_models/graph/validate.h"
#include "tests/unit/graph/graph_equality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <ostream>

namespace {

struct Expected {
    std::string name;
    std::int64_t macs, parameters;
};
void PrintTo(const Expected& expected, std::ostream* stream) { *stream << expected.name; }

class Network : public testing::TestWithParam<Expected> { };

TEST_P(Network, HasThePublishedSize)
{
    const graph::ModelGraph network = networks::outline_network(GetParam().name);
    graph::validate(network, GetParam().name);
    EXPECT_EQ(graph::macs_of(network), GetParam().macs);
    EXPECT_EQ(graph::parameters_of(network), GetParam().parameters);
}

// Counted from the architectures: ../shared/reference/networks.md, section 1.3, 1.4 and 5;
// micronet-kws-m from the published file.
INSTANTIATE_TEST_SUITE_P(Counted, Network,
    testing::Values(Expected {"mobilenet-v1-0.25-96:2", 7489664, 210850},
        Expected {"mcunet-in0", 6364224, 743008}, Expected {"mcunet-in1", 12790096, 630224},
        Expected {"mcunet-in2", 67287200, 721648}, Expected {"mcunet-in3", 81785520, 729720},
        Expected {"mcunet-in4", 125874400, 1721936}, Expected {"mcunet-vww0", 5958400, 363858},
        Expected {"mcunet-vww1", 11578816, 426634}, Expected {"mcunet-vww2", 55771280, 630146},
        Expected {"mbv2-w0.35-r144", 23499152, 744072}, Expected {"mbv2-w0.3-r80", 7299968, 628592},
        Expected {"mbv2-w0.3-r80@64", 4542080, 628592},
        Expected {"proxyless-w0.3-r176", 38282216, 748480},
        Expected {"proxyless-w0.3-r176@64", 5186432, 748480},
        Expected {"proxyless-w0.25-r112", 10691008, 564920},
        Expected {"mcunet-256kb-int4", 134492600, 1395008},
        Expected {"mcunet-320kb-int4", 169952528, 1390424},
        Expected {"mcunet-512kb-int4", 466767552, 3246184},
        Expected {"mcunetv2-large", 216815264, 1799208}, Expected {"person-det", 18296320, 163494},
        Expected {"mlperf-kws", 2656768, 22604}, Expected {"mlperf-ic", 12501632, 77706},
        Expected {"mlperf-vww", 7489664, 210850}, Expected {"mlperf-ad", 264192, 265864},
        Expected {"tflm-person-detect", 7157888, 210706},
        Expected {"micronet-kws-m", 15556352, 111984}));

struct Peak {
    std::string name;
    double kib;
};

/// The column "Act" of ../shared/reference/networks.md, section 1.4, which has one decimal.
TEST(NetworkSize, ActivationsArePublishedOnes)
{
    const std::vector<Peak> expected = {{"mcunet-in0", 45.0}, {"mcunet-in1", 90.0},
        {"mcunet-in2", 325.0}, {"mcunet-in3", 332.8}, {"mcunet-in4", 412.5}, {"mcunet-vww0", 60.0},
        {"mcunet-vww1", 93.8}, {"mcunet-vww2", 263.2}, {"mbv2-w0.35-r144", 303.8},
        {"mbv2-w0.3-r80", 93.8}, {"mbv2-w0.3-r80@64", 60.0}, {"proxyless-w0.3-r176", 242.0},
        {"proxyless-w0.3-r176@64", 32.0}, {"proxyless-w0.25-r112", 98.0},
        {"mcunet-256kb-int4", 487.5}, {"mcunet-320kb-int4", 589.9}, {"mcunet-512kb-int4", 990.0}};
    const std::vector<networks::NetworkInfo> infos = networks::network_infos();
    for (const Peak& peak : expected) {
        const auto info = std::ranges::find(infos, peak.name, &networks::NetworkInfo::name);
        ASSERT_NE(info, infos.end()) << peak.name;
        EXPECT_NEAR(static_cast<double>(info->activation_bytes) / 1024, peak.kib, 0.0501)
            << peak.name;
    }
}

/// A file has margins other than SAME and VALID as PAD operators; folded away again, these are the
/// same operators.
void expect_equal_when_folded(const graph::ModelGraph& read, const graph::ModelGraph& written)
{
    const graph::ModelGraph folded = graph::fold_padding(read).graph;
    ASSERT_EQ(folded.operators.size(), written.operators.size());
    EXPECT_EQ(folded.outputs.size(), written.outputs.size());
    for (std::size_t i = 0; i < written.operators.size(); ++i) {
        const graph::Operator &a = folded.operators[i], &b = written.operators[i];
        EXPECT_EQ(graph::title_of(folded, a), graph::title_of(written, b));
        ASSERT_EQ(a.inputs.size(), b.inputs.size());
        for (std::size_t k = 0; k < a.inputs.size(); ++k) {
            const graph::Tensor &left = folded.tensor(a.inputs[k]),
                                &right = written.tensor(b.inputs[k]);
            EXPECT_EQ(left.shape, right.shape);
            EXPECT_EQ(left.quantization.scale, right.quantization.scale);
            EXPECT_EQ(left.constant() ? *left.data : graph::TensorBytes {},
                right.constant() ? *right.data : graph::TensorBytes {});
        }
    }
}

TEST(Network, IsTheSameAfterWritingAndReading)
{
    for (const networks::NetworkInfo& info : networks::network_infos()) {
        if (info.weight_bytes > 1 << 20) // of the same families as smaller ones
            continue;
        SCOPED_TRACE(info.name);
        const graph::ModelGraph outline = networks::outline_network(info.name);
        const graph::ModelGraph read = graph::read_tflite(graph::write_tflite(outline), info.name);
        graph::validate(read, info.name);
        expect_equal_when_folded(read, outline);
    }
    const graph::ModelGraph network = networks::build_network("mobilenet-v3-small-0.35-32:10");
    expect_equal(graph::read_tflite(graph::write_tflite(network), "v3"), network);
}

TEST(Network, ComputesTheSameAfterWritingAndReading)
{
    for (const char* name : {"mcunetv2-large@32:4", "mcunet-vww0@32", "mlperf-ad"}) {
        const graph::ModelGraph network = networks::build_network(name);
        graph::TensorBytes input;
        for (std::int64_t i = 0; i < network.tensor(network.inputs[0]).elements(); ++i)
            input.push_back(static_cast<std::uint8_t>(i * 37 + 11));
        const graph::ModelGraph read = graph::read_tflite(graph::write_tflite(network), name);
        EXPECT_EQ(graph::interpret(read, {input}).network_outputs,
            graph::interpret(network, {input}).network_outputs)
            << name;
    }
}

/// Without weights: the same sums, for all that is named.
TEST(NetworkSize, IsThatOfTheGraph)
{
    for (const networks::NetworkInfo& info : networks::network_infos()) {
        if (info.name.find("-224") != std::string::npos
            && info.name.find("v3") == std::string::npos) // as those of other resolutions
            continue;
        const graph::ModelGraph outline = networks::outline_network(info.name);
        graph::validate(outline, info.name);
        EXPECT_EQ(info.macs, graph::macs_of(outline)) << info.name;
        EXPECT_EQ(info.parameters, graph::parameters_of(outline)) << info.name;
    }
}

/// The tables give these in millions only.
TEST(Network, ScalesAsPublished)
{
    const auto million_macs = [](const char* name) {
        return static_cast<double>(graph::macs_of(networks::outline_network(name))) / 1e6;
    };
    // ../shared/reference/networks.md, section 4, computed columns.
    EXPECT_NEAR(million_macs("mobilenet-v1-0.25-128"), 13.6, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v1-0.5-128"), 49.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v1-0.75-128"), 106.8, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-0.35-96"), 11.9, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-0.35-128"), 20.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-1.0-96"), 56.3, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v1-0.25-192"), 30.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-0.5-160"), 50.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-1.4-224"), 582.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-1.3-224"), 509.4, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-small-1.0-224"), 56.5, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-small-0.75-224"), 43.4, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-large-1.0-224"), 216.6, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-large-0.75-224"), 154.6, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-small-minimalistic-1.0-224"), 52.3, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v3-large-minimalistic-1.0-224"), 209.1, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite0-1.0-224"), 385.2, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite1-1.0-240"), 600.2, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite2-1.0-260"), 859.7, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite3-1.0-280"), 1383.3, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite4-1.0-300"), 2553.0, 0.05);
    EXPECT_NEAR(million_macs("proxyless-mobile"), 320.4, 0.05);
    EXPECT_NEAR(million_macs("small-cifar"), 12.3, 0.05);
    // Half the published operations (section 6, computed).
    EXPECT_NEAR(2 * million_macs("micronet-kws-l"), 131.4, 0.05);
    EXPECT_NEAR(2 * million_macs("micronet-kws-m"), 31.1, 0.05);
    EXPECT_NEAR(2 * million_macs("micronet-kws-s"), 16.7, 0.05);
    EXPECT_NEAR(2 * million_macs("micronet-ad-l"), 129.0, 0.05);
    EXPECT_NEAR(2 * million_macs("micronet-ad-m"), 124.7, 0.05);
    EXPECT_NEAR(2 * million_macs("micronet-ad-s"), 37.5, 0.05);
    EXPECT_NEAR(million_macs("ds-cnn-s"), 2.66, 0.005);
    EXPECT_NEAR(million_macs("ds-cnn-m"), 9.82, 0.005);
    EXPECT_NEAR(million_macs("ds-cnn-l"), 28.3, 0.05);
}

/// With a batch norm's second number for each channel of a convolution that has one, as published.
TEST(Network, HasTheParametersOfMobileNetV3)
{
    const auto million_parameters = [](const char* name) {
        return static_cast<double>(graph::parameters_of(networks::outline_network(name))) / 1e6;
    };
    EXPECT_NEAR(million_parameters("mobilenet-v3-large-1.0-224"), 5.48, 0.015);
    EXPECT_NEAR(million_parameters("mobilenet-v3-large-0.75-224"), 3.99, 0.015);
    EXPECT_NEAR(million_parameters("mobilenet-v3-small-1.0-224"), 2.54, 0.006);
    EXPECT_NEAR(million_parameters("mobilenet-v3-small-0.75-224"), 2.04, 0.006);
    EXPECT_NEAR(million_parameters("mobilenet-v3-large-minimalistic-1.0-224"), 3.92, 0.015);
    EXPECT_NEAR(million_parameters("mobilenet-v3-small-minimalistic-1.0-224"), 2.05, 0.015);
    EXPECT_NEAR(million_parameters("mobilenet-v2-1.0-224"), 3.488, 0.0005);
    EXPECT_NEAR(million_parameters("mobilenet-v2-0.75-224"), 2.623, 0.0005);
    EXPECT_NEAR(million_parameters("mobilenet-v2-0.5-224"), 1.959, 0.0005);
    EXPECT_NEAR(million_parameters("mobilenet-v2-0.35-224"), 1.670, 0.0005);
}

/// Mean square distance from the mean, and shares of the ends, of int8 values.
struct Use {
    double deviation = 0, lowest = 0, highest = 0;
};
Use use_of(const graph::TensorBytes& bytes)
{
    double sum = 0, squares = 0;
    Use use;
    for (const std::uint8_t byte : bytes) {
        const int value = static_cast<std::int8_t>(byte);
        sum += value;
        squares += value * value;
        use.lowest += value == -128;
        use.highest += value == 127;
    }
    const auto count = static_cast<double>(bytes.size());
    use.deviation = std::sqrt(squares / count - sum * sum / count / count);
    use.lowest /= count;
    use.highest /= count;
    return use;
}

class Activations : public testing::TestWithParam<std::string> { };

TEST_P(Activations, UseTheirRange)
{
    const graph::ModelGraph network = networks::build_network(GetParam());
    // A texture that the calibration knows, and one it does not.
    for (const int step : {37, 91}) {
        graph::TensorBytes input;
        for (std::int64_t i = 0; i < network.tensor(network.inputs[0]).elements(); ++i)
            input.push_back(static_cast<std::uint8_t>((i * step + i / 50 + 11) % 256 - 128));
        const graph::Interpretation result = graph::interpret(network, {input});
        for (std::size_t i = 0; i < network.operators.size(); ++i) {
            const graph::TensorBytes& output = result.outputs[i][0];
            const graph::OperatorCode code = network.operators[i].code;
            if (output.size() < 64 || code == graph::OperatorCode::softmax)
                continue;
            // Averages lie closer together than what they are averages of.
            const bool averaged = network.tensor(network.operators[i].outputs[0]).shape.size() < 4
                || code == graph::OperatorCode::average_pool_2d;
            const Use use = use_of(output);
            const std::string where = GetParam() + ", operator " + std::to_string(i) + ", "
                + graph::title_of(network, network.operators[i]);
            EXPECT_GT(use.deviation, averaged ? 12 : 20) << where;
            EXPECT_LT(use.lowest, 0.45) << where;
            EXPECT_LT(use.highest, 0.2) << where; // 0.04 where the map is larger than one pixel
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Calibrated, Activations,
    testing::Values("mobilenet-v1-0.25-96:2", "mobilenet-v2-0.35-144",
        "efficientnet-lite0-0.35-96:10", "mcunet-vww1", "mcunet-in0", "proxyless-w0.25-r112",
        "mobilenet-v1-0.25-32:2", "mobilenet-v3-small-0.5-64:10",
        "mobilenet-v3-large-minimalistic-0.35-64:10", "person-det", "mlperf-ic", "mlperf-kws",
        "mlperf-ad", "small-cifar", "tflm-person-detect"));

TEST(Activations, AnswerDependsOnTheInput)
{
    const graph::ModelGraph network = networks::build_network("mobilenet-v1-0.25-96:2");
    const auto size = static_cast<std::size_t>(network.tensor(network.inputs[0]).elements());
    const auto dark = graph::interpret(network, {graph::TensorBytes(size, 0x90)});
    const auto bright = graph::interpret(network, {graph::TensorBytes(size, 0x70)});
    EXPECT_NE(dark.network_outputs, bright.network_outputs);
}

/// Everything in a graph that reaches a file.
std::string fingerprint(const graph::ModelGraph& network)
{
    std::string text = graph::dump(network);
    for (const graph::Tensor& tensor : network.tensors) {
        for (const float scale : tensor.quantization.scale)
            text += std::to_string(std::bit_cast<std::uint32_t>(scale)) + " ";
        if (tensor.constant())
            text += base::sha256_hex(*tensor.data);
    }
    return base::sha256_hex(text);
}

TEST(Weights, AreTheSameEachTimeAndDifferByName)
{
    const std::string first = fingerprint(networks::build_network("mcunet-vww0"));
    EXPECT_EQ(first, fingerprint(networks::build_network("mcunet-vww0")));
    EXPECT_NE(first, fingerprint(networks::build_network("mcunet-vww0@80")));
}

TEST(Weights, ReachBothEndsAndHaveNoDeadFilter)
{
    const graph::ModelGraph network = networks::build_network("mcunet-vww0");
    const graph::Operator& stem = network.operators.front();
    const graph::TensorBytes& weights = *network.tensor(stem.inputs[1]).data;
    EXPECT_GT(use_of(weights).deviation, 40);
    EXPECT_EQ(use_of(weights).lowest, 0); // symmetric: never -128
    for (const float scale : network.tensor(stem.inputs[1]).quantization.scale)
        EXPECT_GT(scale, 0);
}

std::string error_of(std::string_view name)
{
    try {
        networks::build_network(name);
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "built";
}

TEST(Names, UnknownOnesGetTheNearest)
{
    EXPECT_EQ(error_of("mcunet-vww4"),
        "network 'mcunet-vww4': unknown; did you mean mcunet-vww0, mcunet-vww1 or mcunet-vww2?");
    EXPECT_NE(error_of("mobilnet-v1-0.25-128").find("did you mean mobilenet-v1-0.25-128"),
        std::string::npos);
    EXPECT_NE(error_of("q").find("expected one of "), std::string::npos);
    EXPECT_NE(error_of("mcunet-vww11").find("unknown"), std::string::npos);
}

TEST(Names, ImpossibleOnesSayWhatIsPossible)
{
    EXPECT_EQ(error_of("mobilenet-v1-0.25-9x"),
        "network 'mobilenet-v1-0.25-9x': expected a resolution from 32 to 512, found '9x'");
    EXPECT_EQ(error_of("mobilenet-v1-7-96"),
        "network 'mobilenet-v1-7-96': expected a width from 0.1 to 2, found '7'");
    EXPECT_EQ(error_of("mobilenet-v1-nan-96"),
        "network 'mobilenet-v1-nan-96': expected a width from 0.1 to 2, found 'nan'");
    EXPECT_EQ(error_of("mcunet-vww1@8"),
        "network 'mcunet-vww1@8': expected a resolution from 32 to 512, found '8'");
    EXPECT_EQ(error_of("mcunet-vww1:1"),
        "network 'mcunet-vww1:1': expected a number of classes from 2 to 10000, found '1'");
    EXPECT_EQ(error_of("mobilenet-v2"),
        "network 'mobilenet-v2': expected mobilenet-v2[-WIDTH]-RESOLUTION[:CLASSES], found no "
        "resolution");
}

TEST(Names, WhatCannotChangeIsSaid)
{
    EXPECT_EQ(error_of("mlperf-kws@64"),
        "network 'mlperf-kws@64': expected mlperf-kws[:CLASSES]: its input is always 49x10x1");
    EXPECT_EQ(error_of("mlperf-ad:2"),
        "network 'mlperf-ad:2': expected mlperf-ad: it has no classes to choose");
}

TEST(Names, WidthMayBeLeftOutAndClassesSet)
{
    const graph::ModelGraph network = networks::build_network("mobilenet-v1-32:7");
    EXPECT_EQ(network.tensor(network.outputs[0]).shape, (std::vector<int> {1, 7}));
    EXPECT_EQ(network.tensor(network.operators[0].outputs[0]).shape[3], 32);
}

TEST(NetworkInfos, NameWhatWasPublished)
{
    const std::vector<networks::NetworkInfo> infos = networks::network_infos();
    EXPECT_EQ(infos.size(), 84U);
    for (const networks::NetworkInfo& info : infos) {
        EXPECT_FALSE(info.source.empty()) << info.name;
        EXPECT_FALSE(info.published_source.empty()) << info.name;
        EXPECT_TRUE(!info.top1 || !info.measure.empty()) << info.name;
        EXPECT_GT(info.activation_bytes, 0) << info.name;
    }
}

} // namespace

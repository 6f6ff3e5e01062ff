// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_builder.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/validate.h"

#include <gtest/gtest.h>

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
    const graph::ModelGraph network = networks::build_network(GetParam().name);
    graph::validate(network, GetParam().name);
    EXPECT_EQ(graph::macs_of(network), GetParam().macs);
    EXPECT_EQ(graph::parameters_of(network), GetParam().parameters);
}

// Counted from the architectures: ../shared/reference/networks.md, section 1.3, 1.4 and 5.
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
        Expected {"proxyless-w0.25-r112", 10691008, 564920}));

/// The tables give these in millions only.
TEST(Network, ScalesAsPublished)
{
    const auto million_macs = [](const char* name) {
        return static_cast<double>(graph::macs_of(networks::build_network(name))) / 1e6;
    };
    EXPECT_NEAR(million_macs("mobilenet-v1-0.25-128"), 13.6, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v1-0.5-128"), 49.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v1-0.75-128"), 106.8, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-0.35-96"), 11.9, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-0.35-128"), 20.2, 0.05);
    EXPECT_NEAR(million_macs("mobilenet-v2-1.0-96"), 56.3, 0.05);
    EXPECT_NEAR(million_macs("efficientnet-lite0-1.0-224"), 385.2, 0.05);
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
            EXPECT_LT(use.highest, 0.15) << where; // 0.04 where the map is larger than one pixel
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Calibrated, Activations,
    testing::Values("mobilenet-v1-0.25-96:2", "mobilenet-v2-0.35-144",
        "efficientnet-lite0-0.35-96:10", "mcunet-vww1", "mcunet-in0", "proxyless-w0.25-r112",
        "mobilenet-v1-0.25-32:2"));

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

TEST(Names, WidthMayBeLeftOutAndClassesSet)
{
    const graph::ModelGraph network = networks::build_network("mobilenet-v1-32:7");
    EXPECT_EQ(network.tensor(network.outputs[0]).shape, (std::vector<int> {1, 7}));
    EXPECT_EQ(network.tensor(network.operators[0].outputs[0]).shape[3], 32);
}

TEST(NetworkInfos, NameWhatWasPublished)
{
    const std::vector<networks::NetworkInfo> infos = networks::network_infos();
    EXPECT_EQ(infos.size(), 55U);
    for (const networks::NetworkInfo& info : infos) {
        EXPECT_FALSE(info.source.empty()) << info.name;
        EXPECT_FALSE(info.published_source.empty()) << info.name;
        EXPECT_TRUE(info.published_macs && info.published_parameters && info.top1) << info.name;
    }
}

} // namespace

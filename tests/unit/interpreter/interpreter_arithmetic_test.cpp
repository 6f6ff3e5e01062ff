// SPDX-License-Identifier: GPL-2.0-or-later
// Operators and types that no golden network has, worked out by hand.
#include "tests/unit/interpreter/one_operator.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using graph::ElementType;
using graph::OperatorCode;
using Values = std::vector<double>;

constexpr ElementType int8 = ElementType::int8, uint8 = ElementType::uint8,
                      int16 = ElementType::int16;

TEST(Subtract, BringsOperandsToOneScale)
{
    // 5.0 - 0.75 and -2.0 - 1.0 in quarters.
    OneOperator op(OperatorCode::sub, graph::ElementwiseOptions {});
    op.input(int8, {2}, {10, -4}, 0.5F)
        .input(int8, {2}, {8, 9}, 0.25F, 5)
        .output(int8, {2}, 0.25F, 1);
    EXPECT_EQ(op.run(), (Values {18, -11}));
}

TEST(Subtract, StopsAtTheActivation)
{
    OneOperator op(OperatorCode::sub, graph::ElementwiseOptions {graph::Activation::relu});
    op.input(int8, {3}, {1, 2, 100}).input(int8, {3}, {2, 1, -100}).output(int8, {3});
    EXPECT_EQ(op.run(), (Values {0, 1, 127}));
}

TEST(Add, BroadcastsAndTakesAllTypes)
{
    for (const ElementType type : {int8, uint8, int16}) {
        OneOperator op(OperatorCode::add, graph::ElementwiseOptions {});
        op.input(type, {2, 1}, {3, 7}, 0.5F)
            .input(type, {1, 2}, {1, 2}, 1.0F)
            .output(type, {2, 2}, 0.5F);
        EXPECT_EQ(op.run(), (Values {5, 7, 9, 11})) << graph::name_of(type);
    }
}

TEST(Multiply, OfInt16)
{
    OneOperator op(OperatorCode::mul, graph::ElementwiseOptions {});
    op.input(int16, {2}, {1000, -2000}, 0.5F)
        .input(int16, {2}, {30, 40}, 0.25F)
        .output(int16, {2}, 1.0F);
    EXPECT_EQ(op.run(), (Values {3750, -10000}));
}

TEST(Rectifier, RequantizesAndClamps)
{
    for (const auto& [code, last] :
        {std::pair {OperatorCode::relu, 0.0}, std::pair {OperatorCode::relu6, -104.0}}) {
        OneOperator op(code, {});
        op.input(int8, {4}, {12, 10, 0, 74}, 0.5F, 10).output(int8, {4}, 0.25F, -128);
        EXPECT_EQ(op.run(), (Values {-124, -128, -128, last}));
    }
}

TEST(Quantize, RescalesIntegers)
{
    OneOperator down(OperatorCode::quantize, {});
    down.input(int16, {3}, {1000, -1000, 32767}, 0.01F).output(int8, {3}, 0.5F, 3);
    EXPECT_EQ(down.run(), (Values {23, -17, 127}));
    OneOperator widen(OperatorCode::quantize, {});
    widen.input(int8, {2}, {-128, 127}, 0.5F, -128).output(int16, {2}, 0.25F);
    EXPECT_EQ(widen.run(), (Values {0, 510}));
}

TEST(Quantize, OfRealsRoundsHalvesAwayFromZeroAndSaturates)
{
    OneOperator op(OperatorCode::quantize, {});
    op.input(ElementType::float32, {5}, {0.25, -0.25, 1e30, -1e30, 0.24})
        .output(int8, {5}, 0.5F, 10);
    EXPECT_EQ(op.run(), (Values {11, 9, 127, -128, 10}));
}

TEST(HardSwish, Of16ths)
{
    // -4, -1, 0, 1, 4 and 7.94 become 0, -1/3, 0, 2/3, 4 and 7.94.
    OneOperator op(OperatorCode::hard_swish, {});
    op.input(int8, {6}, {-64, -16, 0, 16, 64, 127}, 1.0F / 16).output(int8, {6}, 1.0F / 16);
    EXPECT_EQ(op.run(), (Values {0, -5, 0, 11, 64, 127}));
}

TEST(HardSwish, OfUint8IsThatOfInt8Shifted)
{
    OneOperator op(OperatorCode::hard_swish, {});
    op.input(uint8, {3}, {112, 144, 192}, 1.0F / 16, 128).output(uint8, {3}, 1.0F / 16, 128);
    EXPECT_EQ(op.run(), (Values {123, 139, 192}));
}

TEST(Logistic, OfInt8AndUint8)
{
    OneOperator op(OperatorCode::logistic, {});
    op.input(int8, {5}, {-128, -16, 0, 16, 127}, 1.0F / 16).output(int8, {5}, 1.0F / 256, -128);
    EXPECT_EQ(op.run(), (Values {-128, -59, 0, 59, 127}));
    OneOperator legacy(OperatorCode::logistic, {});
    legacy.input(uint8, {5}, {0, 112, 128, 144, 255}, 1.0F / 16, 128)
        .output(uint8, {5}, 1.0F / 256);
    EXPECT_EQ(legacy.run(), (Values {0, 69, 128, 187, 255}));
}

TEST(Logistic, SaturatesWhereQ4Ends)
{
    OneOperator op(OperatorCode::logistic, {});
    op.input(int8, {2}, {-100, 100}, 0.5F).output(int8, {2}, 1.0F / 256, -128);
    EXPECT_EQ(op.run(), (Values {-128, 127}));
}

TEST(Logistic, OfInt16MeetsTheTable)
{
    // At 1/4096, one is 24 steps of the table, whose entry there is 47911 of 65536.
    OneOperator op(OperatorCode::logistic, {});
    op.input(int16, {4}, {4096, -4096, 0, 32767}, 1.0F / 4096).output(int16, {4}, 1.0F / 32768);
    EXPECT_EQ(op.run(), (Values {23956, 8812, 16384, 32757}));
}

TEST(Logistic, OfInt16AtAnyScaleIsClose)
{
    Values stored, expected;
    for (int x = -32000; x <= 32000; x += 1234) {
        stored.push_back(x);
        expected.push_back(32768 / (1 + std::exp(-x * 0.0003)));
    }
    const int count = static_cast<int>(stored.size());
    OneOperator op(OperatorCode::logistic, {});
    op.input(int16, {count}, stored, 0.0003F).output(int16, {count}, 1.0F / 32768);
    const Values result = op.run();
    for (std::size_t i = 0; i < stored.size(); ++i)
        EXPECT_NEAR(result[i], expected[i], 4) << stored[i];
}

Values softmax(ElementType type, const Values& values, float scale, float output_scale,
    std::int64_t zero_point)
{
    const int count = static_cast<int>(values.size());
    OneOperator op(OperatorCode::softmax, graph::SoftmaxOptions {});
    op.input(type, {1, count}, values, scale).output(type, {1, count}, output_scale, zero_point);
    return op.run();
}

TEST(Softmax, OfUint8IsThatOfInt8Shifted)
{
    const Values bytes = softmax(int8, {10, 20, 30, -100}, 0.1F, 1.0F / 256, -128);
    const Values legacy = softmax(uint8, {138, 148, 158, 28}, 0.1F, 1.0F / 256, 0);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        EXPECT_EQ(legacy[i], bytes[i] + 128);
    // exp(-2), exp(-1) and 1, by their sum, of 256.
    EXPECT_EQ(legacy, (Values {23, 63, 170, 0}));
}

TEST(Softmax, OfInt16IsClose)
{
    const Values shares = softmax(int16, {0, 0}, 0.001F, 1.0F / 32768, 0);
    EXPECT_NEAR(shares[0], 16384, 1);
    EXPECT_EQ(shares[0], shares[1]);
    const Values values = {-3000, 1000, 1500, 0, -20000};
    const Values result = softmax(int16, values, 0.001F, 1.0F / 32768, 0);
    double sum = 0;
    for (const double value : values)
        sum += std::exp(value * 0.001);
    for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_NEAR(result[i], 32768 * std::exp(values[i] * 0.001) / sum, 12) << i;
}

TEST(Mean, FoldsTheCountIntoTheMultiplier)
{
    // Means over columns: 2.5 and -2.5 at scale 1, in halves.
    for (const ElementType type : {int8, int16}) {
        OneOperator op(OperatorCode::mean, graph::MeanOptions {true});
        op.input(type, {1, 2, 4, 1}, {1, 2, 3, 4, -1, -2, -3, -4})
            .input(ElementType::int32, {1}, {2})
            .output(type, {1, 2, 1, 1}, 0.5F);
        EXPECT_EQ(op.run(), (Values {5, -5})) << graph::name_of(type);
    }
}

TEST(Mean, OfUint8CountsAxesFromBehind)
{
    OneOperator op(OperatorCode::mean, graph::MeanOptions {});
    op.input(uint8, {1, 3, 2}, {10, 1, 20, 2, 30, 6}, 1, 0)
        .input(ElementType::int32, {1}, {-2})
        .output(uint8, {1, 2}, 1, 5);
    EXPECT_EQ(op.run(), (Values {25, 8}));
}

TEST(AveragePool, CountsOnlyWhatIsThereAndRoundsAwayFromZero)
{
    graph::PoolOptions options;
    options.filter_height = options.filter_width = 2;
    options.padding = {0, 1, 0, 1};
    OneOperator op(OperatorCode::average_pool_2d, options);
    op.input(int8, {1, 2, 2, 1}, {1, 2, 3, 4}).output(int8, {1, 2, 2, 1});
    EXPECT_EQ(op.run(), (Values {3, 3, 4, 4}));
    OneOperator negative(OperatorCode::average_pool_2d, options);
    negative.input(int16, {1, 2, 2, 1}, {-1, -2, -3, -4}).output(int16, {1, 2, 2, 1});
    EXPECT_EQ(negative.run(), (Values {-3, -3, -4, -4}));
}

TEST(MaxPool, IgnoresPadding)
{
    graph::PoolOptions options;
    options.filter_height = options.filter_width = 2;
    options.padding = {1, 0, 1, 0};
    OneOperator op(OperatorCode::max_pool_2d, options);
    op.input(int8, {1, 2, 2, 1}, {-5, -6, -7, -8}).output(int8, {1, 2, 2, 1});
    EXPECT_EQ(op.run(), (Values {-5, -5, -5, -5}));
}

TEST(ResizeBilinear, PlacesRowsAsTheOptionsSay)
{
    const auto resized = [](graph::ResizeOptions options, const Values& values) {
        OneOperator op(OperatorCode::resize_bilinear, options);
        op.input(int8, {1, 1, 2, 1}, values)
            .input(ElementType::int32, {2}, {1, 4})
            .output(int8, {1, 1, 4, 1});
        return op.run();
    };
    EXPECT_EQ(resized({}, {0, 100}), (Values {0, 50, 100, 100}));
    EXPECT_EQ(resized({.half_pixel_centers = true}, {0, 100}), (Values {0, 25, 75, 100}));
    EXPECT_EQ(resized({.align_corners = true}, {0, 100}), (Values {0, 33, 67, 100}));
    EXPECT_EQ(resized({}, {-3, 0}), (Values {-3, -2, 0, 0})); // -1.5 goes away from zero
}

TEST(ResizeNearestNeighbor, PlacesRowsAsTheOptionsSay)
{
    const auto resized = [](graph::ResizeOptions options) {
        OneOperator op(OperatorCode::resize_nearest_neighbor, options);
        op.input(int16, {1, 1, 2, 1}, {1000, 2000})
            .input(ElementType::int32, {2}, {1, 5})
            .output(int16, {1, 1, 5, 1});
        return op.run();
    };
    EXPECT_EQ(resized({}), (Values {1000, 1000, 1000, 2000, 2000}));
    EXPECT_EQ(resized({.half_pixel_centers = true}), (Values {1000, 1000, 2000, 2000, 2000}));
    EXPECT_EQ(resized({.align_corners = true}), (Values {1000, 1000, 2000, 2000, 2000}));
}

TEST(Interpreter, NamesTheOperatorItCannotRun)
{
    OneOperator op(OperatorCode::logistic, {});
    op.input(ElementType::float32, {1}, {0}).output(ElementType::float32, {1});
    try {
        op.run();
        FAIL();
    } catch (const base::InputError& error) {
        EXPECT_STREQ(
            error.what(), "test: operator 0 (LOGISTIC): float32 activations: not supported");
    }
}

} // namespace

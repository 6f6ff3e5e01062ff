// SPDX-License-Identifier: GPL-2.0-or-later
// Operators that move data.
#include "tests/unit/interpreter/one_operator.h"

#include <gtest/gtest.h>

namespace {

using graph::ElementType;
using graph::OperatorCode;
using Values = std::vector<double>;

constexpr ElementType int8 = ElementType::int8, uint8 = ElementType::uint8,
                      int32 = ElementType::int32;

TEST(Concatenation, AlongAnyAxis)
{
    OneOperator last(OperatorCode::concatenation, graph::AxisOptions {1});
    last.input(int8, {2, 2}, {1, 2, 3, 4}).input(int8, {2, 1}, {5, 6}).output(int8, {2, 3});
    EXPECT_EQ(last.run(), (Values {1, 2, 5, 3, 4, 6}));
    OneOperator first(OperatorCode::concatenation, graph::AxisOptions {0});
    first.input(ElementType::int16, {1, 2}, {100, 200})
        .input(ElementType::int16, {1, 2}, {300, 400})
        .output(ElementType::int16, {2, 2});
    EXPECT_EQ(first.run(), (Values {100, 200, 300, 400}));
}

TEST(Concatenation, RequantizesUint8Only)
{
    OneOperator op(OperatorCode::concatenation, graph::AxisOptions {0});
    op.input(uint8, {3}, {5, 4, 255}, 0.5F)
        .input(uint8, {1}, {9}, 1.0F, 10)
        .output(uint8, {4}, 1.0F, 10);
    EXPECT_EQ(op.run(), (Values {13, 12, 138, 9}));
}

TEST(Pack, MakesAnAxis)
{
    OneOperator op(OperatorCode::pack, graph::AxisOptions {1});
    op.input(int8, {2}, {1, 2}).input(int8, {2}, {3, 4}).output(int8, {2, 2});
    EXPECT_EQ(op.run(), (Values {1, 3, 2, 4}));
}

TEST(Split, TakesItsAxisFromTheOptions)
{
    OneOperator op(OperatorCode::split, graph::AxisOptions {1});
    op.input(int32, {}, {1})
        .input(int8, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})
        .output(int8, {2, 2})
        .output(int8, {2, 2});
    EXPECT_EQ(op.run(0), (Values {1, 2, 5, 6}));
    EXPECT_EQ(op.run(1), (Values {3, 4, 7, 8}));
}

TEST(Copies, KeepTheBytes)
{
    for (const OperatorCode code :
        {OperatorCode::reshape, OperatorCode::squeeze, OperatorCode::expand_dims}) {
        OneOperator op(code, {});
        op.input(ElementType::float32, {1, 2}, {1.5, -2.5}).output(ElementType::float32, {2, 1, 1});
        EXPECT_EQ(op.run(), (Values {1.5, -2.5}));
    }
}

TEST(Pad, FillsWithTheZeroPoint)
{
    OneOperator op(OperatorCode::pad, {});
    op.input(int8, {1, 2, 1}, {1, 2}, 1, -7)
        .input(int32, {3, 2}, {0, 0, 1, 0, 0, 2})
        .output(int8, {1, 3, 3}, 1, -7);
    EXPECT_EQ(op.run(), (Values {-7, -7, -7, 1, -7, -7, 2, -7, -7}));
}

TEST(Transpose, PermutesAxes)
{
    OneOperator op(OperatorCode::transpose, {});
    op.input(int8, {1, 2, 3}, {1, 2, 3, 4, 5, 6})
        .input(int32, {3}, {2, 0, 1})
        .output(int8, {3, 1, 2});
    EXPECT_EQ(op.run(), (Values {1, 4, 2, 5, 3, 6}));
}

Values sliced(graph::StridedSliceOptions options, const Values& begin, const Values& end,
    const Values& stride, std::vector<int> shape)
{
    OneOperator op(OperatorCode::strided_slice, options);
    const int axes = static_cast<int>(begin.size());
    op.input(int8, {2, 3}, {1, 2, 3, 4, 5, 6})
        .input(int32, {axes}, begin)
        .input(int32, {axes}, end)
        .input(int32, {axes}, stride)
        .output(int8, std::move(shape));
    return op.run();
}

TEST(StridedSlice, FollowsStridesAndMasks)
{
    EXPECT_EQ(sliced({}, {0, 0}, {2, 3}, {1, 2}, {2, 2}), (Values {1, 3, 4, 6}));
    EXPECT_EQ(sliced({}, {-1, -2}, {2, 3}, {1, 1}, {1, 2}), (Values {5, 6}));
    EXPECT_EQ(sliced({.begin_mask = 2, .end_mask = 2}, {0, 9}, {2, 9}, {1, -1}, {2, 3}),
        (Values {3, 2, 1, 6, 5, 4}));
    EXPECT_EQ(sliced({.shrink_axis_mask = 1}, {1, 0}, {0, 3}, {1, 1}, {3}), (Values {4, 5, 6}));
    EXPECT_EQ(sliced({}, {1}, {2}, {1}, {1, 3}), (Values {4, 5, 6}));
}

} // namespace

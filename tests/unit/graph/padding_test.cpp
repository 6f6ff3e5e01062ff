// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/padding.h"

#include <gtest/gtest.h>

namespace {

using namespace graph;

TEST(Padding, SamePutsTheOddElementBehind)
{
    EXPECT_EQ(same_padding(96, {3, 2, 1}), (Sides {0, 1}));
    EXPECT_EQ(same_padding(49, {10, 2, 1}), (Sides {4, 5}));
    EXPECT_EQ(same_padding(5, {3, 1, 2}), (Sides {2, 2}));
    EXPECT_EQ(same_padding(7, {1, 2, 1}), (Sides {0, 0}));
}

TEST(Padding, SameGivesInputByStrideOutputs)
{
    for (int input = 1; input < 40; ++input)
        for (int size = 1; size < 6; ++size)
            for (int stride = 1; stride < 5; ++stride)
                for (int dilation = 1; dilation < 4; ++dilation) {
                    const Window window {size, stride, dilation};
                    EXPECT_EQ(window_positions(input, same_padding(input, window), window),
                        (input + stride - 1) / stride);
                }
}

TEST(Padding, AWindowLargerThanItsInputHasNoPosition)
{
    EXPECT_EQ(window_positions(2, {}, {3, 1, 1}), 0);
}

} // namespace

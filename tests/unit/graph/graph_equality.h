// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <gtest/gtest.h>

/// Everything a graph holds, compared; what the dump shows is compared as text because it reads
/// better.
inline void expect_equal(const graph::ModelGraph& a, const graph::ModelGraph& b)
{
    EXPECT_EQ(dump(a), dump(b));
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.inputs, b.inputs);
    EXPECT_EQ(a.outputs, b.outputs);
    ASSERT_EQ(a.tensors.size(), b.tensors.size());
    for (std::size_t i = 0; i < a.tensors.size(); ++i) {
        SCOPED_TRACE(i);
        const graph::Tensor& left = a.tensors[i];
        const graph::Tensor& right = b.tensors[i];
        EXPECT_EQ(left.name, right.name);
        EXPECT_EQ(left.type, right.type);
        EXPECT_EQ(left.shape, right.shape);
        EXPECT_EQ(left.quantization.scale, right.quantization.scale);
        EXPECT_EQ(left.quantization.zero_point, right.quantization.zero_point);
        EXPECT_EQ(left.quantization.dimension, right.quantization.dimension);
        ASSERT_EQ(left.constant(), right.constant());
        if (left.constant()) {
            EXPECT_EQ(*left.data, *right.data);
        }
    }
    ASSERT_EQ(a.operators.size(), b.operators.size());
    for (std::size_t i = 0; i < a.operators.size(); ++i) {
        EXPECT_EQ(a.operators[i].code, b.operators[i].code);
        EXPECT_EQ(a.operators[i].inputs, b.operators[i].inputs);
        EXPECT_EQ(a.operators[i].outputs, b.operators[i].outputs);
    }
}

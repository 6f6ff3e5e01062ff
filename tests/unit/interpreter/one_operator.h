// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/interpreter.h"

#include <cstdint>
#include <vector>

/// A network of one operator, for cases worked out by hand.
class OneOperator {
public:
    OneOperator(graph::OperatorCode code, graph::OperatorOptions options);

    OneOperator& input(graph::ElementType type, std::vector<int> shape, std::vector<double> values,
        float scale = 1, std::int64_t zero_point = 0);
    OneOperator& output(graph::ElementType type, std::vector<int> shape, float scale = 1,
        std::int64_t zero_point = 0);
    graph::Tensor& tensor(std::size_t index) { return graph_.tensors.at(index); }

    /// What is stored in output `index`.
    std::vector<double> run(std::size_t index = 0);

private:
    graph::ModelGraph graph_;
};

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"
#include "profiler/plan/kernel_manifest.h"
#include "profiler/plan/parameter.h"

#include <stdexcept>

namespace plan {

/// A form of an operator that no kernel computes; says why. Gathered by choose_kernels, which names
/// the operators.
class Unsupported : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// All fields of `struct mcuprof_<row.parameters>_parameters` for this operator: shapes,
/// quantization numbers computed as TensorFlow Lite Micro computes them (in double precision, on
/// the host), tables, pointers. The scratch pointer is null unless the kernel asks for scratch.
///
/// Unsupported if the kernels have no such form of the operator.
Parameters parameters_for(const KernelRow& row, const graph::ModelGraph& graph,
    const graph::Operator& op, TableSet& tables);

/// What can be said of an operator beside its parameters, for conditions and scratch sizes in the
/// manifest. Of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED with constant int8 weights:
///
///     largest_sum         |sum| never exceeds it, whatever the input: bias, zero point and all products
///     largest_shift       largest of the shifts (multiplier and shift are in mcuprof_kernels.h)
///     products            of one output element
///     products_in_fours   rounded up to a multiple of four
///     channels_in_fours   output channels, rounded up alike
///     bias_windows        how many biases a channel has with `folded_bias = "windows"`
///     windows_outside     1 if a window has no tap over the input
Parameters facts_for(const KernelRow& row, const graph::ModelGraph& graph,
    const graph::Operator& op, TableSet& tables);

/// The input that holds the activations: the first, but for SPLIT the last (the axis comes first
/// there).
graph::TensorIndex activation_input(const graph::Operator& op);

} // namespace plan

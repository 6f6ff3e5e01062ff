// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"
#include "profiler/plan/execution_plan.h"

#include <string>

namespace firmware {

/// The network as C: a parameter struct and a function for each layer (`layer_007_conv_2d`),
/// `model_invoke`, which calls them in order, and a `main` that runs it once and prints the outputs
/// through semihosting.
std::string model_source(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan);

/// The network's constant tensors one after the other, each aligned to 16 bytes, equal ones once, and
/// behind them those that a kernel wants in another order: weights.bin.
std::string weights_file(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan);

/// Assembler source that names each tensor of weights.bin (`weights_012`, in another order
/// `table_3`) and reserves the arena.
std::string data_source(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan);

/// "weights_012".
std::string weights_symbol(graph::TensorIndex tensor);

/// The last part of the network's name, safe in a comment; its folder says where it lay on one
/// machine.
std::string plain_name(const graph::ModelGraph& graph);

} // namespace firmware

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/operator_view.h"

/// The rules of `validate`, one family a file. Each relies on those before it.
namespace graph {

void check_structure(const ModelGraph& graph, const std::string& where);
void check_options(const OperatorView& view);
void check_types(const OperatorView& view);
void check_shapes(const OperatorView& view);
void check_quantization(const OperatorView& view);

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/operator_view.h"

/// Private to the reader: what the option tables of a file say.
namespace graph::tflite {
struct Operator;
}

namespace graph {

/// The options of `view`'s operator as the file has them in `source`. Its tensors are read already,
/// with shapes that need not agree. InputError if options are missing, of another operator, or
/// beyond what ModelGraph holds.
OperatorOptions options_of(const OperatorView& view, const tflite::Operator& source);

} // namespace graph

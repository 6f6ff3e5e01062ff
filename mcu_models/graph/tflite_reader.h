// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <span>
#include <string>

namespace graph {

/// A TensorFlow Lite file, version 3, as a valid ModelGraph. The bytes may be anything: they are
/// verified before they are read, and what is kept is at most a small multiple of them.
///
/// SAME and VALID become margins, the axis of SPLIT, CONCATENATION and PACK counts from the front,
/// tensor numbers are those of the file, names are reduced to printable ASCII. A batch that the
/// file leaves open is 1. The first subgraph is read. Left out: metadata, signatures, quantization
/// ranges (min, max), the power-of-two form of int16 ADD and SUB (its scales are used as they are),
/// fused bias types.
///
/// InputError: not such a file; damaged; operators or types that are not supported, all operators
/// in one message.
ModelGraph read_tflite(std::span<const std::uint8_t> bytes, const std::string& where);

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"
#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace profiler {

/// What the user wants to know about: a network from a file or by name, or a firmware.
struct Target {
    std::string name; // as reports and the store say it: a file's name without its folder
    std::string where; // for messages: as the user wrote it
    std::string kind; // tflite, network, elf
    std::string sha256; // of the file, or of the network written as a file
    std::optional<graph::ModelGraph> graph; // unless it is an ELF
    base::ByteVector elf;
};

/// Decides by the file's first bytes, then by name. InputError: no such file or network, or a damaged one.
Target load_target(const std::string& text);

/// The bytes for each input of the network: from a file that holds all of them one after the other, or the pattern
/// (i * 37 + 11) mod 256 - 128 (floats: that / 128; unsigned: without the - 128).
std::vector<std::vector<std::uint8_t>> network_inputs(const graph::ModelGraph& graph, const std::optional<std::string>& file);

} // namespace profiler

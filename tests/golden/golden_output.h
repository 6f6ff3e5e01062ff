// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace golden {

/// What a network makes of one test input according to an independent implementation.
struct GoldenRun {
    std::map<graph::TensorIndex, std::uint32_t> tensor_hashes; // FNV-1a of each operator's output
    std::vector<std::uint8_t> output;                          // the first network output
};

/// The runs of a golden file, by number of the test input. Checks that the file is as its README
/// says.
std::vector<GoldenRun> read_golden(const std::filesystem::path& path);

inline constexpr int pattern_count = 3;

/// Test input `pattern` (shared/golden/README.md) as the tensor stores it.
std::vector<std::uint8_t> test_input(const graph::Tensor& tensor, int pattern);

} // namespace golden

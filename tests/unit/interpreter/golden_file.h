// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What another implementation computed for a network (../shared/golden/README.md).
struct GoldenTensor {
    std::size_t layer = 0;
    int tensor = 0;
    std::size_t bytes = 0;
    std::uint32_t fnv1a = 0;
};
struct GoldenRun {
    int pattern = 0;
    std::vector<GoldenTensor> tensors;
    std::vector<std::uint8_t> output; // the first output of the network
};
struct GoldenFile {
    std::uint32_t input_fnv1a = 0; // of pattern 0
    std::vector<GoldenRun> runs;
};

GoldenFile read_golden(const std::filesystem::path& path);

/// Element i of the input of pattern 0, 1 or 2.
std::vector<int> golden_pattern(int pattern, std::size_t elements);

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/interpreter/golden_file.h"

#include "base/check.h"

#include <fstream>
#include <sstream>

namespace {

std::uint32_t from_hex(const std::string& digits)
{
    return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

} // namespace

GoldenFile read_golden(const std::filesystem::path& path)
{
    GoldenFile golden;
    std::ifstream file(path);
    bool in_output = false;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string first, skipped;
        words >> first;
        if (first == "input") {
            std::string hash;
            words >> skipped >> skipped >> skipped >> skipped >> skipped >> hash;
            golden.input_fnv1a = from_hex(hash);
        } else if (first == "pattern") {
            GoldenTensor tensor;
            std::string hash;
            int pattern = 0;
            words >> pattern >> skipped >> tensor.layer >> skipped >> skipped >> skipped
                >> tensor.tensor >> skipped >> tensor.bytes >> skipped >> hash;
            tensor.fnv1a = from_hex(hash);
            if (golden.runs.empty() || golden.runs.back().pattern != pattern)
                golden.runs.push_back({pattern, {}, {}});
            golden.runs.back().tensors.push_back(tensor);
        } else if (first == "output") {
            CHECK(!golden.runs.empty());
        } else if (in_output && first.size() == 2) {
            words.str(line);
            words.clear();
            for (std::string byte; words >> byte;)
                golden.runs.back().output.push_back(static_cast<std::uint8_t>(from_hex(byte)));
            continue;
        }
        in_output = first == "output";
    }
    return golden;
}

std::vector<int> golden_pattern(int pattern, std::size_t elements)
{
    std::vector<int> values;
    std::uint32_t state = 12345;
    for (std::size_t i = 0; i < elements; ++i) {
        state = state * 1664525 + 1013904223;
        const int texture = static_cast<int>((i * 37 + 11) % 256) - 128;
        values.push_back(pattern == 0 ? texture
                : pattern == 1        ? 0
                                      : static_cast<int>(state >> 26) - 32);
    }
    return values;
}

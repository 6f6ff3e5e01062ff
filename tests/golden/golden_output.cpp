// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/golden_output.h"

#include "base/check.h"
#include "base/file.h"

#include <sstream>

namespace golden {
namespace {

std::uint32_t hex_number(const std::string& digits)
{
    return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

/// "pattern 0 layer 3 builtin 4 tensor 29 bytes 400 fnv1a e321d2de first ..."
void read_layer(std::istringstream& words, std::vector<GoldenRun>& runs)
{
    std::string key, hash;
    std::size_t pattern = 0;
    int layer = 0, builtin = 0, bytes = 0;
    graph::TensorIndex tensor = graph::no_tensor;
    words >> pattern >> key >> layer >> key >> builtin >> key >> tensor >> key >> bytes >> key
        >> hash;
    CHECK(words && key == "fnv1a" && pattern <= runs.size());
    if (pattern == runs.size())
        runs.emplace_back();
    // The layer numbers start again where a layer has several outputs; tensors are written once.
    runs[pattern].tensor_hashes[tensor] = hex_number(hash);
}

bool is_hex_line(const std::string& line)
{
    return line.size() >= 2 && line.find_first_not_of("0123456789abcdef ") == line.npos;
}

void append_hex(const std::string& line, std::vector<std::uint8_t>& bytes)
{
    std::istringstream words(line);
    for (std::string byte; words >> byte;)
        bytes.push_back(static_cast<std::uint8_t>(hex_number(byte)));
}

/// Element i of test input `pattern`, as a signed byte; `state` is what pattern 2 carries along.
std::int8_t element(int pattern, std::int64_t i, std::uint32_t& state)
{
    if (pattern == 0)
        return static_cast<std::int8_t>(static_cast<std::uint8_t>(i * 37 + 11) - 128);
    if (pattern == 1)
        return 0;
    state = state * 1664525 + 1013904223;
    return static_cast<std::int8_t>(static_cast<int>(state >> 26) - 32);
}

} // namespace

std::vector<GoldenRun> read_golden(const std::filesystem::path& path)
{
    std::vector<GoldenRun> runs;
    std::istringstream lines(base::read_text(path));
    bool in_output = false;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first;
        words >> first;
        if (first == "pattern")
            read_layer(words, runs);
        in_output = first == "output" || (in_output && is_hex_line(line));
        if (in_output && first != "output")
            append_hex(line, runs.back().output);
    }
    CHECK(runs.size() == 1 || runs.size() == pattern_count);
    for (const GoldenRun& run : runs)
        CHECK(!run.output.empty() && !run.tensor_hashes.empty());
    return runs;
}

std::vector<std::uint8_t> test_input(const graph::Tensor& tensor, int pattern)
{
    std::vector<std::uint8_t> bytes;
    std::uint32_t state = 12345;
    for (std::int64_t i = 0; i < tensor.elements(); ++i) {
        const std::int8_t value = element(pattern, i, state);
        if (tensor.type == graph::ElementType::float32) {
            const float real = static_cast<float>(value) / 128.0F;
            const auto* raw = reinterpret_cast<const std::uint8_t*>(&real);
            bytes.insert(bytes.end(), raw, raw + sizeof real);
        } else {
            CHECK(graph::size_of(tensor.type) == 1);
            const int offset = tensor.type == graph::ElementType::uint8 ? 128 : 0;
            bytes.push_back(static_cast<std::uint8_t>(value + offset));
        }
    }
    return bytes;
}

} // namespace golden

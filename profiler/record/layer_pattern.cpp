// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/layer_pattern.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <regex>

namespace record {
namespace {

constexpr std::size_t longest_pattern = 1'000;
constexpr std::size_t longest_name = 2'000; // of templates; what follows is not looked at

std::regex compiled(const std::string& pattern, const std::string& where)
{
    if (pattern.size() > longest_pattern)
        throw base::InputError(where,
            fmt::format(
                "expected at most {} characters, found {}", longest_pattern, pattern.size()));
    try {
        // Breadth first (an extension of libstdc++): time grows with the product of pattern and
        // name, not with 2 to the name.
        return std::regex(pattern, std::regex::ECMAScript | std::regex_constants::__polynomial);
    } catch (const std::regex_error& error) {
        bool refers_back = error.code() == std::regex_constants::error_complexity;
        throw base::InputError(where,
            fmt::format("expected a regular expression without back-references, found one {}",
                refers_back ? "with them"
                            : fmt::format("that is not well-formed: {}", error.what())));
    }
}

} // namespace

std::vector<std::uint32_t> functions_matching(
    const std::string& pattern, const sim::ElfImage& image)
{
    const std::string where = fmt::format("--layers '{}'", pattern);
    const std::regex expression = compiled(pattern, where);
    std::vector<std::uint32_t> found;
    for (const sim::FunctionSymbol& function : image.functions())
        if (std::regex_search(function.name.substr(0, longest_name), expression))
            found.push_back(function.address);
    if (found.empty())
        throw base::InputError(where,
            fmt::format("expected the name of a function, or a part of one, found none like it "
                        "among {} functions",
                image.functions().size()));
    return found;
}

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/timing/timing_case.h"

#include "base/file.h"
#include "base/input_error.h"

#include <sstream>

namespace timing {
namespace {

/// "a, b" to words.
std::vector<std::string> items(const std::string& text)
{
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string item; std::getline(stream, item, ',');) {
        std::size_t first = item.find_first_not_of(' ');
        result.push_back(item.substr(first, item.find_last_not_of(' ') - first + 1));
    }
    return result;
}

sim::OperandClass operand_class(const std::string& word, const std::string& where)
{
    if (word == "near")
        return {};
    if (word == "far")
        return {.group = 1};
    if (word == "slow")
        return {.group = 2, .chain_wait = 1};
    if (word == "skipped")
        return {.skipped = true};
    throw base::InputError(where, "expected near, far, slow or skipped, found '" + word + "'");
}

bool is_taken(const std::string& word, const std::string& where)
{
    if (word != "taken" && word != "not taken")
        throw base::InputError(where, "expected 'taken' or 'not taken', found '" + word + "'");
    return word == "taken";
}

} // namespace

Case read_case(const std::filesystem::path& file)
{
    Case result {.core = "cortex-" + file.parent_path().filename().string(),
        .source = base::read_text(file),
        .taken = {},
        .operands = {}};
    std::string where = file.string();
    std::istringstream lines(result.source);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("# "))
            continue;
        std::size_t colon = line.find(": ");
        std::string key = colon == std::string::npos ? "" : line.substr(2, colon - 2);
        if (key == "path")
            for (const std::string& word : items(line.substr(colon + 2)))
                result.taken.push_back(is_taken(word, where));
        else if (key == "operands")
            for (const std::string& word : items(line.substr(colon + 2)))
                result.operands.push_back(operand_class(word, where));
        else if (key == "address")
            result.address = static_cast<std::uint32_t>(std::stoul(line.substr(colon + 2)));
    }
    return result;
}

} // namespace timing

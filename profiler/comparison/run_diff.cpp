// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/run_diff.h"

#include "profiler/comparison/sequence_alignment.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

namespace comparison {
namespace {

using traces::Costs;
using traces::Function;
using traces::Instruction;
using traces::Layer;
using traces::Profile;

template <class Row>
const Row* at(const std::vector<const Row*>& rows, std::optional<std::size_t> place)
{
    return place ? rows[*place] : nullptr;
}

/// What a layer is, without its number: its title says operator and shape ("conv 1x1 8→16").
constexpr int same_layer = 4;
int layer_similarity(const Layer& a, const Layer& b)
{
    if (a.operator_name != b.operator_name)
        return 0;
    if (a.operator_name.empty()) // of an ELF file: functions
        return a.name == b.name ? same_layer : 0;
    if (a.title == b.title && a.macs == b.macs)
        return same_layer;
    return a.title == b.title ? 3 : 1;
}

/// "bl #0x8001130" is "bl": code that grew before it moves the address.
std::string_view without_address(std::string_view text)
{
    std::size_t place = text.find("#0x");
    return text.starts_with('b') && place != std::string_view::npos ? text.substr(0, place) : text;
}

std::uint64_t magnitude(std::int64_t value)
{
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

std::uint64_t self_cycles(const Function* function) { return function ? function->self_cycles : 0; }

/// Functions of one name are matched in the order of their addresses.
using FunctionKey = std::pair<std::string, std::size_t>;
std::map<FunctionKey, const Function*> by_name(const Profile& profile)
{
    std::vector<const Function*> functions;
    for (const Function& function : profile.functions)
        functions.push_back(&function);
    std::ranges::stable_sort(functions, {}, &Function::address);
    std::map<std::string, std::size_t> seen;
    std::map<FunctionKey, const Function*> result;
    for (const Function* function : functions)
        result.emplace(FunctionKey {function->name, seen[function->name]++}, function);
    return result;
}

using Code = std::map<std::string, std::vector<const Instruction*>>;
Code code_of(const Profile& profile)
{
    Code code;
    for (const Instruction& instruction : profile.instructions)
        code[instruction.function].push_back(&instruction);
    for (auto& [name, instructions] : code)
        std::ranges::stable_sort(instructions, {}, &Instruction::address);
    return code;
}

/// Of a function, not of others that are called like it.
std::vector<const Instruction*> code_of(const Function* function, const Code& code)
{
    std::vector<const Instruction*> result;
    auto place = function ? code.find(function->name) : code.end();
    if (place == code.end())
        return result;
    for (const Instruction* instruction : place->second)
        if (instruction->address >= function->address
            && instruction->address - function->address < std::max(function->size, 1u))
            result.push_back(instruction);
    return result;
}

std::vector<Pair<Instruction>> align_code(
    const std::vector<const Instruction*>& before, const std::vector<const Instruction*>& after)
{
    std::vector<Pair<Instruction>> pairs;
    auto similarity = [&](std::size_t i, std::size_t j) {
        return without_address(before[i]->text) == without_address(after[j]->text) ? 1 : 0;
    };
    for (auto [i, j] : align_sequences(before.size(), after.size(), 1, similarity))
        pairs.push_back({at(before, i), at(after, j)});
    return pairs;
}

std::vector<FunctionPair> pair_functions(const Profile& before, const Profile& after)
{
    auto old_functions = by_name(before), new_functions = by_name(after);
    std::vector<FunctionPair> pairs;
    for (const auto& [key, function] : old_functions) {
        FunctionPair& pair = pairs.emplace_back();
        pair.before = function;
        if (auto place = new_functions.find(key); place != new_functions.end())
            pair.after = place->second;
    }
    for (const auto& [key, function] : new_functions)
        if (!old_functions.contains(key))
            pairs.emplace_back().after = function;
    std::ranges::stable_sort(pairs, std::greater<> {}, [](const FunctionPair& pair) {
        return magnitude(change(self_cycles(pair.before), self_cycles(pair.after)));
    });
    Code old_code = code_of(before), new_code = code_of(after);
    for (FunctionPair& pair : pairs)
        if (self_cycles(pair.before) != self_cycles(pair.after))
            pair.instructions
                = align_code(code_of(pair.before, old_code), code_of(pair.after, new_code));
    return pairs;
}

} // namespace

std::vector<Pair<Layer>> align_layers(
    const std::vector<Layer>& before, const std::vector<Layer>& after)
{
    std::vector<const Layer*> old_layers, new_layers, old_rest, new_rest;
    for (const Layer& layer : before)
        (layer.index >= 0 ? old_layers : old_rest).push_back(&layer);
    for (const Layer& layer : after)
        (layer.index >= 0 ? new_layers : new_rest).push_back(&layer);
    auto similarity = [&](std::size_t i, std::size_t j) {
        return layer_similarity(*old_layers[i], *new_layers[j]);
    };
    std::vector<Pair<Layer>> pairs;
    for (auto [i, j] :
        align_sequences(old_layers.size(), new_layers.size(), same_layer, similarity))
        pairs.push_back({at(old_layers, i), at(new_layers, j)});
    for (std::size_t i = 0; i < std::max(old_rest.size(), new_rest.size()); ++i)
        pairs.push_back({i < old_rest.size() ? old_rest[i] : nullptr,
            i < new_rest.size() ? new_rest[i] : nullptr});
    return pairs;
}

std::vector<CauseChange> changed_causes(const Costs* before, const Costs* after)
{
    std::vector<CauseChange> changes;
    auto add = [&](const std::string& name) {
        if (std::ranges::find(changes, name, &CauseChange::name) != changes.end())
            return;
        CauseChange one {name, before ? traces::value_of(*before, name) : 0,
            after ? traces::value_of(*after, name) : 0};
        if (one.before != one.after)
            changes.push_back(one);
    };
    for (const Costs* costs : {before, after})
        if (costs)
            for (const traces::Cost& cost : *costs)
                add(cost.name);
    std::ranges::stable_sort(changes, std::greater<> {},
        [](const CauseChange& one) { return magnitude(change(one.before, one.after)); });
    return changes;
}

RunDiff diff_runs(const Profile& before, const Profile& after)
{
    RunDiff diff;
    diff.before = &before;
    diff.after = &after;
    diff.causes = changed_causes(&before.cycles_by_cause, &after.cycles_by_cause);
    diff.layers = align_layers(before.layers, after.layers);
    diff.functions = pair_functions(before, after);
    return diff;
}

} // namespace comparison

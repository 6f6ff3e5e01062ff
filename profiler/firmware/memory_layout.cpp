// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/memory_layout.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace firmware {
namespace {

Bank bank_of(const mcu::ChipModel& chip, const std::string& entry)
{
    return {entry, chip.range_of(entry)};
}

std::uint64_t end_of(const mcu::AddressRange& range)
{
    return std::uint64_t {range.start} + range.size;
}

bool overlap(const Bank& a, const Bank& b)
{
    return a.range.start < end_of(b.range) && b.range.start < end_of(a.range);
}

bool holds(const Bank& bank, std::uint64_t bytes) { return bytes <= bank.range.size; }

bool flash_holds(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    const Bank code = bank_of(chip, chip.placement.code),
               weights = bank_of(chip, chip.placement.weights);
    if (overlap(code, weights))
        return holds(weights, needs.weights + needs.constants);
    return holds(weights, needs.weights) && holds(code, needs.constants);
}

/// Where arena and data go if they may use these two banks.
std::optional<MemoryLayout> try_banks(
    const mcu::ChipModel& chip, const MemoryNeeds& needs, const Bank& arena, const Bank& data)
{
    MemoryLayout layout {
        bank_of(chip, chip.placement.code), bank_of(chip, chip.placement.weights), data, arena};
    if (!overlap(arena, data))
        return holds(arena, needs.arena) && holds(data, needs.stack) ? std::optional(layout)
                                                                     : std::nullopt;
    layout.data = layout.arena = arena.range.size >= data.range.size ? arena : data;
    return holds(layout.arena, needs.arena + needs.stack) ? std::optional(layout) : std::nullopt;
}

const Bank largest_arena_bank(const mcu::ChipModel& chip)
{
    std::vector<Bank> banks;
    for (const std::string& entry : chip.placement.arena)
        banks.push_back(bank_of(chip, entry));
    return *std::ranges::max_element(banks, {}, [](const Bank& bank) { return bank.range.size; });
}

std::string banks_text(const mcu::ChipModel& chip)
{
    std::string text;
    for (const std::string& entry : chip.placement.arena)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", entry, chip.range_of(entry).size);
    return text;
}

std::uint64_t total_memory(const mcu::ChipModel& chip)
{
    std::uint64_t sum = 0;
    for (const mcu::Region& region : chip.regions)
        if (region.kind != mcu::RegionKind::peripheral)
            sum += region.size;
    return sum;
}

} // namespace

std::optional<MemoryLayout> find_layout(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    if (!flash_holds(chip, needs))
        return std::nullopt;
    for (const std::string& arena : chip.placement.arena)
        for (const std::string& data : chip.placement.stack)
            if (auto layout = try_banks(chip, needs, bank_of(chip, arena), bank_of(chip, data)))
                return layout;
    return std::nullopt;
}

MemoryLayout layout_for(
    const mcu::ChipModel& chip, const MemoryNeeds& needs, const std::string& network)
{
    if (auto layout = find_layout(chip, needs))
        return *layout;
    const std::string where = fmt::format("{} on {}", network, chip.name);
    if (!flash_holds(chip, needs)) {
        const Bank weights = bank_of(chip, chip.placement.weights);
        const std::uint64_t bytes = needs.weights + needs.constants;
        throw base::InputError(where,
            fmt::format("does not fit: weights and constants take {} bytes, bank {} has {}, {} too "
                        "few, before any "
                        "code; {}",
                bytes, weights.name, weights.range.size,
                bytes - std::min<std::uint64_t>(bytes, weights.range.size),
                room_elsewhere(chip, needs)));
    }
    const Bank largest = largest_arena_bank(chip);
    const std::uint64_t bytes = needs.arena + needs.stack;
    throw base::InputError(where,
        fmt::format("does not fit: activations and scratch take {} bytes and the stack {}, bank {} "
                    "has {}, {} too "
                    "few (banks for the arena: {}); {}",
            needs.arena, needs.stack, largest.name, largest.range.size,
            bytes - std::min<std::uint64_t>(bytes, largest.range.size), banks_text(chip),
            room_elsewhere(chip, needs)));
}

std::string room_elsewhere(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    // A real chip is an answer; else the ideal one of the same core, which at least runs it.
    std::vector<std::string> chips = chips_with_room(needs);
    auto real = std::ranges::find_if(chips, [](const std::string& name) { return !name.starts_with("generic-"); });
    if (real != chips.end())
        return fmt::format("it would fit {}", *real);
    auto same_core = std::ranges::find_if(chips, [&](const std::string& name) { return name != chip.name && mcu::load_chip(name).core.name == chip.core.name; });
    if (same_core != chips.end())
        return fmt::format("no real chip that comes with mcuprof has the room; {}, an ideal one, has", *same_core);
    return "no chip that comes with mcuprof has the room";
}

std::vector<std::string> chips_with_room(const MemoryNeeds& needs)
{
    std::vector<std::pair<std::uint64_t, std::string>> found;
    for (const std::string& name : mcu::chip_names()) {
        mcu::ChipModel chip = mcu::load_chip(name);
        if (find_layout(chip, needs))
            found.emplace_back(total_memory(chip), name);
    }
    std::ranges::sort(found);
    std::vector<std::string> names;
    for (auto& [bytes, name] : found)
        names.push_back(name);
    return names;
}

} // namespace firmware

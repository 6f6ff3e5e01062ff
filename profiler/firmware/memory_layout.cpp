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

/// A part of the firmware that wants room in a bank.
struct Claim {
    std::string what; // as messages say it
    Bank* bank = nullptr;
    std::uint64_t bytes = 0;
};

/// Memory that start-up has to fill.
bool is_copied(const mcu::ChipModel& chip, const std::string& place)
{
    const mcu::Region* region = chip.find_region(place);
    return region && region->writable && place != chip.placement.boot;
}

struct Attempt {
    MemoryLayout layout;
    std::string shortage; // empty: it fits
};

/// Banks that overlap become the larger of them: the linker must give out each byte once.
void join_overlapping(std::vector<Claim>& claims)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (Claim& a : claims)
            for (Claim& b : claims)
                if (overlap(*a.bank, *b.bank) && *a.bank != *b.bank
                    && a.bank->range.size >= b.bank->range.size) {
                    *b.bank = *a.bank;
                    changed = true;
                }
    }
}

/// "bank DTCM has 65536 bytes, 2000 too few for weights 50000, arena 17536", of the first bank that
/// is short.
std::string shortage_of(const std::vector<Claim>& claims)
{
    for (const Claim& claim : claims) {
        std::uint64_t bytes = 0;
        std::string parts;
        for (const Claim& other : claims) {
            if (*other.bank != *claim.bank || other.bytes == 0)
                continue;
            bytes += other.bytes;
            parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", other.what, other.bytes);
        }
        if (!holds(*claim.bank, bytes))
            return fmt::format("bank {} has {} bytes, {} too few for {}", claim.bank->name,
                claim.bank->range.size, bytes - claim.bank->range.size, parts);
    }
    return {};
}

Attempt try_banks(const mcu::ChipModel& chip, const MemoryNeeds& needs, const std::string& arena,
    const std::string& stack)
{
    const mcu::Placement& placement = chip.placement;
    Attempt attempt;
    MemoryLayout& layout = attempt.layout;
    layout.boot = bank_of(chip, placement.boot);
    layout.code = bank_of(chip, placement.code);
    layout.weights = bank_of(chip, placement.weights);
    layout.arena = bank_of(chip, arena);
    layout.stack = bank_of(chip, stack);
    layout.data = placement.data.empty() ? layout.stack : bank_of(chip, placement.data.front());
    layout.code_is_copied = is_copied(chip, placement.code);
    layout.weights_are_copied = is_copied(chip, placement.weights);
    Bank load = layout.boot; // where the copied weights come from
    std::vector<Claim> claims {
        {"constants", &layout.boot, needs.constants},
        {"code", &layout.code, 0},
        {"weights", &layout.weights, needs.weights},
        {"copies of weights", &load, layout.weights_are_copied ? needs.weights : 0},
        {"activations and scratch", &layout.arena, needs.arena},
        {"stack", &layout.stack, needs.stack},
        {"data", &layout.data, 0},
    };
    join_overlapping(claims);
    attempt.shortage = shortage_of(claims);
    return attempt;
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

/// "QSPI has the room: --place weights=QSPI; " if the board has such a memory.
std::string external_flash_for(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    for (const mcu::Region& region : chip.regions) {
        const bool serves = region.kind == mcu::RegionKind::external && !region.writable
            && region.name != chip.placement.weights && region.size >= needs.weights;
        if (serves)
            return fmt::format("{}, outside the chip, has the room: --place weights={}; ",
                region.name, region.name);
    }
    return {};
}

/// Of the chip itself: not what a board may add, nothing twice.
std::uint64_t total_memory(const mcu::ChipModel& chip)
{
    std::uint64_t sum = 0;
    for (const mcu::Region& region : chip.regions) {
        bool added = region.kind == mcu::RegionKind::external && region.name != chip.placement.code;
        if (region.kind != mcu::RegionKind::peripheral && region.mirror_of.empty() && !added)
            sum += region.size;
    }
    return sum;
}

/// A placement that was asked for says what is short where; what it could have been is not our
/// business.
[[noreturn]] void refuse_request(
    const mcu::ChipModel& chip, const MemoryNeeds& needs, const std::string& where)
{
    const mcu::Placement& placement = chip.placement;
    Attempt last;
    for (const std::string& arena : placement.arena)
        for (const std::string& stack : placement.stack)
            last = try_banks(chip, needs, arena, stack);
    throw NoRoom(
        where, fmt::format("does not fit with --place {}: {}", placement.request, last.shortage));
}

} // namespace

std::optional<MemoryLayout> find_layout(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    for (const std::string& arena : chip.placement.arena)
        for (const std::string& stack : chip.placement.stack)
            if (Attempt attempt = try_banks(chip, needs, arena, stack); attempt.shortage.empty())
                return attempt.layout;
    return std::nullopt;
}

std::string text_of(const MemoryLayout& layout)
{
    return fmt::format("code {}, weights {}, arena {}, stack {}, data {}", layout.code.name,
        layout.weights.name, layout.arena.name, layout.stack.name, layout.data.name);
}

std::optional<Shortage> shortage_on(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    if (find_layout(chip, needs))
        return std::nullopt;
    auto too_few = [](std::uint64_t bytes, const Bank& bank) {
        return bytes - std::min<std::uint64_t>(bytes, bank.range.size);
    };
    const Bank weights = bank_of(chip, chip.placement.weights);
    if (!flash_holds(chip, needs))
        return Shortage {weights.name, true, too_few(needs.weights + needs.constants, weights)};
    const Bank largest = largest_arena_bank(chip);
    return Shortage {largest.name, false, too_few(needs.arena + needs.stack, largest)};
}

MemoryLayout layout_for(
    const mcu::ChipModel& chip, const MemoryNeeds& needs, const std::string& network)
{
    if (auto layout = find_layout(chip, needs))
        return *layout;
    const std::string where = fmt::format("{} on {}", network, chip.name);
    if (!chip.placement.request.empty())
        refuse_request(chip, needs, where);
    const Shortage shortage = *shortage_on(chip, needs);
    const mcu::AddressRange bank = chip.range_of(shortage.bank);
    if (shortage.of_flash)
        throw NoRoom(where,
            fmt::format("does not fit: weights and constants take {} bytes, bank {} has {}, {} too "
                        "few, before any code; {}{}",
                needs.weights + needs.constants, shortage.bank, bank.size, shortage.bytes,
                external_flash_for(chip, needs), room_elsewhere(chip, needs)));
    throw NoRoom(where,
        fmt::format("does not fit: activations and scratch take {} bytes and the stack {}, bank {} "
                    "has {}, {} too few (banks for the arena: {}); {}",
            needs.arena, needs.stack, shortage.bank, bank.size, shortage.bytes, banks_text(chip),
            room_elsewhere(chip, needs)));
}

std::string room_elsewhere(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    // A real chip is an answer; else the ideal one of the same core, which at least runs it.
    std::vector<std::string> chips = chips_with_room(needs);
    auto real = std::ranges::find_if(
        chips, [](const std::string& name) { return !name.starts_with("generic-"); });
    if (real != chips.end())
        return fmt::format("it would fit {}", *real);
    auto same_core = std::ranges::find_if(chips, [&](const std::string& name) {
        return name != chip.name && mcu::load_chip(name).core.name == chip.core.name;
    });
    if (same_core != chips.end())
        return fmt::format(
            "no real chip that comes with mcuprof has the room; {}, an ideal one, has", *same_core);
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

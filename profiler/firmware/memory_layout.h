// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"
#include "mcu_models/chip_model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firmware {

/// What a firmware takes of a chip, as far as it is known before code is compiled.
struct MemoryNeeds {
    std::uint64_t arena = 0; // activations and scratch
    std::uint64_t stack = 0; // with .data and .bss, which generated firmware hardly has
    std::uint64_t weights = 0;
    std::uint64_t constants = 0; // tables, beside code in the same region
};

/// A piece of the chip's memory with a name of its own in the linker script.
struct Bank {
    std::string name; // placement entry: "SRAM1", "DTCM+SRAM1"
    mcu::AddressRange range;
    bool operator==(const Bank&) const = default;
};

/// Which banks hold what. Parts whose places overlap share the larger of them.
struct MemoryLayout {
    Bank boot; // vectors, start-up, constants, and initial values of what is copied to RAM
    Bank code, weights, stack, data, arena;
    bool code_is_copied = false, weights_are_copied = false; // by start-up, from `boot`
    bool operator==(const MemoryLayout&) const = default;
};

/// The first combination of the chip's placements that has the room, arena first; none if there is
/// no such.
std::optional<MemoryLayout> find_layout(const mcu::ChipModel& chip, const MemoryNeeds& needs);

/// "code flash, weights flash, arena SRAM1, stack SRAM1, data SRAM1": for reports and the store.
std::string text_of(const MemoryLayout& layout);

/// A network that has no room: an input error like any other, told apart by who looks for a smaller
/// one.
class NoRoom : public base::InputError {
public:
    using InputError::InputError;
};

/// The same, or NoRoom: which bank is short of how many bytes, the banks there are, and the
/// smallest chip of ours that has the room.
MemoryLayout layout_for(
    const mcu::ChipModel& chip, const MemoryNeeds& needs, const std::string& network);

/// What a chip has too little of.
struct Shortage {
    std::string bank;        // "flash", "SRAM1": the largest that could have served
    bool of_flash = false;   // for weights and constants; else for activations, scratch and stack
    std::uint64_t bytes = 0; // too few
};
/// None: find_layout finds one.
std::optional<Shortage> shortage_on(const mcu::ChipModel& chip, const MemoryNeeds& needs);

/// Chips that have the room, smallest first: by flash plus SRAM, then by name.
std::vector<std::string> chips_with_room(const MemoryNeeds& needs);

/// "it would fit stm32l4r5": the smallest of them other than `chip`, as the end of an error
/// message.
std::string room_elsewhere(const mcu::ChipModel& chip, const MemoryNeeds& needs);

} // namespace firmware

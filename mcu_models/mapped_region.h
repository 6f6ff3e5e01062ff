// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcu {

/// A bank of memory that the user put somewhere: `--map NAME=BASE:SIZE`.
struct MappedRegion {
    std::string name;
    std::uint32_t start = 0, size = 0;
};

/// "ram=0x60000000:64K" as a region. Numbers are decimal or 0x...; a size may end in K, M (KiB,
/// MiB). InputError that shows the form, if the text is not of it; BASE and SIZE must be multiples
/// of 4 KiB, what the emulator can map.
MappedRegion parse_mapped_region(std::string_view text);

/// The chip with the region of this name moved and resized; a moved region answers at its new place
/// only, and placements that joined it with a neighbor are gone. A name that the chip does not have
/// becomes a new memory for data and code whose timing is ideal: no waits, no caches. Both have
/// `command_line_source` as their source. InputError if the region would overlap another or the
/// peripherals.
ChipModel with_region(ChipModel chip, const MappedRegion& mapped);

/// The source of regions that come from the command line.
inline constexpr std::string_view command_line_source = "command line (--map)";

} // namespace mcu

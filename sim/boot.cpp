// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/boot.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace sim {
namespace {

void load_segment(const MemoryMap& memory, const Segment& segment, const mcu::ChipModel& chip, const std::string& where)
{
    const MemoryMap::View* view = memory.view_at(segment.address, 1);
    auto size = static_cast<std::uint32_t>(segment.bytes.size());
    if (!view)
        throw base::InputError(where, fmt::format("{} bytes to load at {:#010x}, where {} has no memory", size, segment.address, chip.title));
    std::uint32_t offset = segment.address - view->start;
    if (size > view->size - offset)
        throw base::InputError(where, fmt::format("{} bytes to load at {:#010x} exceed {} by {} bytes", size, segment.address, view->name, size - (view->size - offset)));
    std::memcpy(view->bytes + offset, segment.bytes.data(), size);
}

} // namespace

Boot load_image(MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip, const std::string& where)
{
    std::uint32_t lowest = ~0u;
    for (const Segment& segment : image.segments()) {
        load_segment(memory, segment, chip, where);
        lowest = std::min(lowest, segment.address);
    }

    std::uint32_t table = image.symbol_address("mcuprof_vectors").value_or(lowest);
    std::uint32_t stack = memory.read(table, 4).value_or(0), reset = memory.read(table + 4, 4).value_or(0);
    bool stack_in_memory = memory.view_at(stack - 4, 4) != nullptr;
    bool reset_is_code = (reset & 1) && !image.bytes_at(reset & ~1u, 2).empty();
    if (stack_in_memory && reset_is_code)
        return {stack & ~3u, reset & ~1u};

    Boot boot {.stack_pointer = 0, .first_pc = image.entry_point() & ~1u};
    for (const mcu::Region& region : chip.regions)
        if (region.kind == mcu::RegionKind::sram)
            boot.stack_pointer = std::max(boot.stack_pointer, region.start + region.size);
    return boot;
}

} // namespace sim

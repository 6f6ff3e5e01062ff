// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/boot.h"

#include "base/check.h"
#include "base/input_error.h"
#include "sim/memory_layout.h"
#include "sim/vector_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sim {
namespace {

/// Where data ends that lies at `address` or soon behind it, in the same hole of the chip's memory.
std::uint64_t end_of_neighbors(const MemoryMap& memory, const ElfImage& image, std::uint64_t end)
{
    constexpr std::uint64_t near = 64 * 1024;
    for (const Section& section : image.sections()) // rising
        if (section.address <= end + near && !memory.view_at(section.address, 1))
            end = std::max(end, std::uint64_t {section.address} + section.size);
    return end;
}

/// How to give the image memory where the chip has none, if that could be meant: with room for a
/// heap behind the data.
std::string map_hint(const MemoryMap& memory, const ElfImage& image, const mcu::Region* region,
    std::uint32_t address, std::uint32_t size)
{
    constexpr std::uint64_t page = 4096, space = std::uint64_t {1} << 32;
    if (address >= 0x40000000 && (address < 0x60000000 || address >= 0xd0000000)) // peripherals
        return "";
    if (region && address < region->start) // at its alias
        return "";
    std::uint64_t base = region ? region->start : address / page * page,
                  end = std::uint64_t {address} + size;
    if (!region)
        end = end_of_neighbors(memory, image, end) + 16 * page;
    std::uint64_t room = std::bit_ceil(end - base);
    if (base + room > space)
        return "";
    return fmt::format(" (--map {}={:#010x}:{}K runs it as if there were)",
        region ? region->name : "extra", base, room / 1024);
}

/// What the message calls bytes: "section .bss, 100 bytes at 0x20000000,".
std::string piece(
    const std::string& sections, std::string_view verb, std::uint32_t address, std::uint32_t size)
{
    std::string text = fmt::format("{} bytes {} at {:#010x}", size, verb, address);
    return sections.empty() ? text : fmt::format("{} ({})", text, sections);
}

void expect_memory(const MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip,
    std::uint32_t address, std::uint32_t size, const std::string& text, const std::string& where)
{
    // Joined by touching banks, a section may lie in several; a hole is what it must not meet.
    std::uint64_t end = std::uint64_t {address} + size;
    const MemoryMap::View* latest = nullptr;
    for (std::uint64_t at = address; at < end;) {
        const MemoryMap::View* view = memory.view_at(static_cast<std::uint32_t>(at), 1);
        if (!view && !latest)
            throw base::InputError(where,
                fmt::format("{}, where {} has no memory{}", text, chip.title,
                    map_hint(memory, image, nullptr, address, size)));
        if (!view)
            throw base::InputError(where,
                fmt::format("{} exceed {} by {} bytes{}", text, latest->name, end - at,
                    map_hint(memory, image, chip.find_region(latest->name), address, size)));
        latest = view;
        at = std::uint64_t {view->start} + view->size;
    }
}

void load_segment(const MemoryMap& memory, const Segment& segment)
{
    memory.for_pieces(segment.address, static_cast<std::uint32_t>(segment.bytes.size()),
        [&](std::uint8_t* bytes, std::uint32_t done, std::uint32_t size) {
            std::memcpy(bytes, segment.bytes.data() + done, size);
        });
}

void load_segments(const MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip,
    const std::string& where)
{
    for (const Segment& segment : image.segments()) {
        auto size = static_cast<std::uint32_t>(segment.bytes.size());
        expect_memory(memory, image, chip, segment.address, size,
            piece(image.sections_in(segment), "to load", segment.address, size), where);
        load_segment(memory, segment);
    }
    for (const Section& section : image.sections())
        if (!is_reservation(
                section)) // a heap or stack that is larger than the memory may never be used up
            expect_memory(memory, image, chip, section.address, section.size,
                piece(section.name, "of data", section.address, section.size), where);
}

/// Where a stack may begin that nobody placed: at the end of the largest memory for data.
std::uint32_t end_of_sram(const mcu::ChipModel& chip)
{
    const mcu::Region* largest = nullptr;
    for (const mcu::Region& region : chip.regions)
        if ((region.kind == mcu::RegionKind::sram || region.kind == mcu::RegionKind::tcm)
            && (!largest || region.size > largest->size))
            largest = &region;
    return largest ? (largest->start + largest->size) & ~7u : 0;
}

} // namespace

Boot load_image(
    MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip, const std::string& where)
{
    load_segments(memory, image, chip, where);
    if (std::optional<VectorTable> table = find_vector_table(image, memory))
        return {.stack_pointer = table->stack_pointer,
            .first_pc = table->reset & ~1u,
            .vector_table = table->address,
            .found_by = table->found_by};

    std::uint32_t entry = image.entry_point();
    if (image.bytes_at(entry & ~1u, 2).empty() || end_of_sram(chip) == 0)
        throw base::InputError(where,
            fmt::format(
                "expected a vector table (initial stack pointer, then an odd reset address) or an "
                "entry point in loaded code, found neither: the entry point is {:#010x}",
                entry));
    if (entry % 2 == 0
        && !image.function_at(entry)) // some linkers leave the Thumb bit out of e_entry
        throw base::InputError(where,
            fmt::format("expected a vector table or Thumb code at the entry point, found the even "
                        "entry point {:#010x}: Arm code, which no Cortex-M runs",
                entry));
    return {.stack_pointer = end_of_sram(chip),
        .first_pc = entry & ~1u,
        .vector_table = {},
        .found_by = "entry point of the ELF file"};
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory_layout.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace sim {
namespace {

// Names as linker scripts have them: newlib and libgloss (end, _end, __stack), ST's CubeIDE
// (_estack, _sheap, _Min_Stack_Size), CMSIS and Nordic (__HeapBase, __StackTop ...), the Pico SDK
// (__StackBottom; its __StackLimit is the end of SRAM, so it comes after), Zephyr (_image_ram_end,
// z_main_stack), picolibc (__heap_start, __stack), IAR-like scripts, our own firmware. The first
// that the image has counts.
constexpr std::string_view heap_starts[] = {"__HeapBase", "__heap_start", "__heap_start__",
    "_heap_start", "__HEAP_START", "_sheap", "__end__", "_end", "end", "_image_ram_end"};
constexpr std::string_view heap_limits[] = {"__HeapLimit", "__heap_end", "__heap_end__",
    "__heap_limit", "__HeapEnd", "_heap_end", "_eheap", "__HEAP_END"};
constexpr std::string_view stack_tops[]
    = {"mcuprof_stack_top", "__StackTop", "_estack", "__stack_top", "__stack_top__", "_stack_top",
        "__stack", "__initial_sp", "__INITIAL_SP", "_vStackTop", "__StackEnd"};
constexpr std::string_view stack_limits[]
    = {"mcuprof_stack_limit", "__StackBottom", "__StackLimit", "__stack_limit", "__stack_limit__",
        "_stack_limit", "__STACK_LIMIT", "_sstack", "__stack_bottom"};
constexpr std::string_view stack_sizes[] = {"_Min_Stack_Size", "__STACK_SIZE", "__stack_size",
    "__stack_size__", "__StackSize", "_stack_size"};

constexpr std::string_view reservations[] = {"._user_heap_stack", ".user_heap_stack", ".heap",
    ".stack", ".heap_stack", ".stack_dummy", ".heap_dummy", ".stack1_dummy", ".heap_section",
    ".stack_section", ".stackheap", "ARM_LIB_HEAP", "ARM_LIB_STACK", "HEAP", "STACK"};

bool holds_data(const mcu::Region& region)
{
    return region.kind == mcu::RegionKind::sram || region.kind == mcu::RegionKind::tcm;
}

/// External memory may be either: what is written to is used as SRAM.
bool in_sram(const mcu::Region* region, const Section& section)
{
    return region
        && (holds_data(*region) || (region->kind == mcu::RegionKind::external && section.writable));
}

bool in_flash(const mcu::Region* region) { return region && !holds_data(*region); }

std::optional<std::uint32_t> first_of(
    const ElfImage& image, std::span<const std::string_view> names)
{
    for (std::string_view name : names)
        if (std::optional<std::uint32_t> value = image.symbol_address(name))
            return value;
    return std::nullopt;
}

/// A bound may be the first address behind a bank.
std::optional<std::uint32_t> bound(
    const ElfImage& image, const mcu::ChipModel& chip, std::span<const std::string_view> names)
{
    std::optional<std::uint32_t> value = first_of(image, names);
    if (value && (chip.region_at(*value) || chip.region_at(*value - 1)))
        return value;
    return std::nullopt;
}

void drop_if_reversed(std::optional<std::uint32_t>& low, std::optional<std::uint32_t>& high)
{
    if (low && high && *low > *high)
        low.reset(), high.reset();
}

} // namespace

bool is_reservation(const Section& section)
{
    return !section.executable
        && std::ranges::find(reservations, section.name) != std::end(reservations);
}

MemoryLayout layout_of(const ElfImage& image, const mcu::ChipModel& chip)
{
    MemoryLayout layout;
    for (const Section& section : image.sections()) {
        if (is_reservation(section)) {
            layout.reserved += section.size;
            continue;
        }
        const mcu::Region* runs_in = chip.region_at(section.address);
        if (in_sram(runs_in, section))
            layout.static_sram += section.size;
        const mcu::Region* flashed_to = chip.region_at(section.load_address);
        bool moved = section.load_address != section.address;
        if (section.in_file && in_flash(flashed_to) && (moved || !in_sram(runs_in, section)))
            (section.executable ? layout.flash_code : layout.flash_constants) += section.size;
    }
    layout.heap_start = bound(image, chip, heap_starts);
    layout.heap_limit = bound(image, chip, heap_limits);
    layout.stack_top = bound(image, chip, stack_tops);
    layout.stack_limit = bound(image, chip, stack_limits);
    drop_if_reversed(layout.heap_start, layout.heap_limit);
    drop_if_reversed(layout.stack_limit, layout.stack_top);
    if (std::optional<std::uint32_t> size = first_of(image, stack_sizes);
        size && *size > 0 && layout.stack_top && !layout.stack_limit && *size < *layout.stack_top) {
        layout.stack_limit = *layout.stack_top - *size;
        layout.stack_limit_is_reservation = true;
    }
    return layout;
}

std::uint32_t lowest_stack_address(const ElfImage& image, const MemoryLayout& layout, std::uint32_t top)
{
    bool main = !layout.stack_top || top == *layout.stack_top;
    if (main && layout.stack_limit && !layout.stack_limit_is_reservation && *layout.stack_limit < top)
        return *layout.stack_limit;
    std::uint32_t limit = 0;
    for (const Section& section : image.sections()) {
        std::uint32_t end = section.address + section.size;
        if (is_reservation(section) || section.size == 0 || section.address >= top)
            continue;
        if (top <= end)
            return section.address;
        limit = std::max(limit, end);
    }
    return limit;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/chip_dependence.h"
#include "sim/machine_parts.h"
#include "sim/memory/bit_band.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

struct Window { // of the address space, where peripherals live
    std::uint32_t start, size;
};
constexpr Window peripheral_windows[] = {{0x40000000, 0x20000000}, {0xd0000000, 0x10000000}, {0xe0000000, 0x00100000}};
constexpr std::uint32_t private_peripherals = 0xe0000000; // the core's own

} // namespace

/// The usual places, and what else the chip file calls peripheral.
void Machine::Parts::map_peripherals()
{
    std::vector<Window> wanted(std::begin(peripheral_windows), std::end(peripheral_windows));
    for (const mcu::Region& region : chip.regions)
        if (region.kind == mcu::RegionKind::peripheral
            && std::ranges::none_of(wanted, [&](const Window& window) { return region.start - window.start < window.size; }))
            wanted.push_back({region.start, MemoryMap::mapped_size(region.size)});
    if (!chip.bit_band_source.empty())
        wanted.push_back({sram_bit_band.start, sram_bit_band.size});
    for (const Window& window : wanted) {
        windows.push_back(std::make_unique<PeripheralWindow>(this, window.start));
        uc_err error = uc_mmio_map(uc, window.start, window.size, on_peripheral_read, windows.back().get(), on_peripheral_write, windows.back().get());
        if (error != UC_ERR_OK)
            throw base::InputError(chip.name, fmt::format("peripherals at {:#010x}: {}", window.start, uc_strerror(error)));
    }
}

std::uint64_t Machine::Parts::on_peripheral_read(uc_engine*, std::uint64_t offset, unsigned size, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    Parts& parts = *where.parts;
    std::uint32_t address = where.start + static_cast<std::uint32_t>(offset);
    parts.shown_chip = parts.shown_chip || shows_chip(address);
    if (where.start == private_peripherals)
        return parts.read_private(address, size);
    if (where.start == sram_bit_band.start)
        return read_bit_band(parts.memory, address);
    if (parts.registers.tells_time(address))
        parts.tracer.cut_before_access(address);
    std::uint32_t value = parts.registers.read(address, size);
    parts.watch_read(address, value);
    return value;
}

void Machine::Parts::on_peripheral_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    std::uint32_t address = where.start + static_cast<std::uint32_t>(offset);
    where.parts->shown_chip = where.parts->shown_chip || shows_chip(address);
    if (where.start == private_peripherals)
        return where.parts->write_private(address, static_cast<std::uint32_t>(value), size);
    if (where.start == sram_bit_band.start)
        return write_bit_band(where.parts->memory, address, static_cast<std::uint32_t>(value));
    where.parts->poll_watch.wrote();
    where.parts->registers.write(address, static_cast<std::uint32_t>(value), size);
}

/// A register of the core. Some tell the time, so it must be right at this very instruction.
std::uint32_t Machine::Parts::read_private(std::uint32_t address, unsigned bytes)
{
    tracer.cut_before_access(address);
    exceptions->notice_floating_point();
    noticed.unprivileged_accesses += processor.is_unprivileged();
    std::uint32_t value = system->read(address, bytes);
    private_registers_changed();
    return value;
}

void Machine::Parts::write_private(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    tracer.cut_before_access(address);
    noticed.unprivileged_accesses += processor.is_unprivileged();
    system->write(address, value, bytes);
    tracer.trap_divides(system->block().divide_by_zero_traps());
    tracer.trap_unaligned(system->block().unaligned_traps() || architecture_of(chip.core) == Architecture::v6m);
    private_registers_changed();
}

void Machine::Parts::private_registers_changed()
{
    if (system->take_attention() || system->reset_requested())
        attention.store(true, std::memory_order_relaxed);
    tracer.set_deadline(system->next_event().value_or(RunTracer::never));
}

/// Notes a read of a register; at the one too many, what it was, and asks for the end of the run.
void Machine::Parts::watch_read(std::uint32_t address, std::uint32_t value)
{
    poll_watch.read(address, value);
    if (!poll_watch.waits() || polled_load)
        return;
    std::array<std::uint32_t, 16> values;
    for (int r = 0; r < 16; ++r)
        values[static_cast<std::size_t>(r)] = reg(r);
    polled_load = PolledLoad {.instruction = reg(pc), .bits = {}};
    if (const Block* block = tracer.current())
        if (auto load = find_polled_load(block->instructions, code(block->address, block->size), poll_watch.address(), values))
            polled_load = load;
    stop_requested.store(true, std::memory_order_relaxed);
    attention.store(true, std::memory_order_relaxed);
}

RunResult Machine::Parts::waits_on_register()
{
    std::uint32_t address = poll_watch.address();
    std::string what = registers.name_of(address).value_or("");
    if (polled_load->bits)
        what = fmt::format("{}{}{}", what, what.empty() ? "" : " ", name_of_bits(*polled_load->bits));
    RunResult result = ended(StopReason::waits_on_register,
        fmt::format("the firmware waits on {:#010x}{}: {} reads gave {:#x}, at {}", address, what.empty() ? "" : fmt::format(" ({})", what),
            poll_watch.reads(), poll_watch.value(), place(polled_load->instruction)));
    result.address = address;
    return result;
}

} // namespace sim

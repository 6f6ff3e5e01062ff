// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"
#include "mcu_models/quantity_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace mcu {
namespace {

std::string steps_text(const std::vector<WaitStates>& steps)
{
    std::vector<std::string> texts;
    for (const WaitStates& step : steps)
        texts.push_back(fmt::format("{} up to {}", step.wait_states, clock_text(step.up_to)));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string addresses_text(const Region& region)
{
    std::string text
        = fmt::format("{} at 0x{:08x}", size_text(base::Bytes(region.size)), region.start);
    if (region.alias)
        text += fmt::format(" and 0x{:08x}", *region.alias);
    if (!region.mirror_of.empty())
        text += ", the same memory as " + region.mirror_of;
    return text;
}

std::string timing_text(const Region& region)
{
    std::vector<std::string> texts;
    auto add = [&](std::string_view name, std::uint32_t value) {
        if (value != 0)
            texts.push_back(fmt::format("{} {}", name, value));
    };
    add("fetch_line_bytes", region.fetch_line_bytes);
    add("load_chain_wait", region.load_chain_wait);
    add("read_wait", region.read_wait);
    add("write_wait", region.write_wait);
    add("fetch_wait", region.fetch_wait);
    if (region.in_bus_cycles)
        texts.push_back("in bus cycles");
    if (!region.wait_states.empty())
        texts.push_back("wait states " + steps_text(region.wait_states));
    if (region.prefetch)
        texts.push_back("prefetch");
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string cache_text(const Cache& cache)
{
    return fmt::format("{} lines of {} bytes, {} ways, fills {} bytes", cache.lines,
        cache.line_bytes, cache.ways, cache.fill_bytes);
}

std::string band_text(double low, double high)
{
    return fmt::format("{:+.0f} to {:+.0f} %", 100 * low, 100 * high);
}

void add_memory(std::vector<SourceLine>& lines, const ChipModel& chip)
{
    std::set<std::string> caches_seen;
    for (const Region& region : chip.regions) {
        lines.push_back(
            {"region " + region.name, addresses_text(region), region.source, region.grade});
        if (!region.timing_source.empty())
            lines.push_back({"timing of region " + region.name, timing_text(region),
                region.timing_source, region.timing_grade});
        for (const Cache* cache : {&region.instruction_cache, &region.data_cache})
            if (cache->present() && caches_seen.insert(cache->name).second)
                lines.push_back(
                    {"cache " + cache->name, cache_text(*cache), cache->source, cache->grade});
    }
}

void add_peripherals(std::vector<SourceLine>& lines, const ChipModel& chip)
{
    auto add = [&](std::string figure, std::string value, const std::string& source, Grade grade) {
        lines.push_back({std::move(figure), std::move(value), source, grade, false});
    };
    std::set<std::string> kinds_seen;
    for (const PeripheralModel& peripheral : chip.peripherals) {
        add("peripheral " + peripheral.name, fmt::format("at 0x{:08x}", peripheral.base),
            peripheral.source, peripheral.grade);
        if (!peripheral.kind.empty() && kinds_seen.insert(peripheral.kind).second)
            add("registers of " + peripheral.kind, fmt::format("{}", peripheral.registers.size()),
                peripheral.registers_source, peripheral.registers_grade);
    }
    for (const RegisterWindow& window : chip.register_windows)
        add(fmt::format("registers at 0x{:08x}", window.start),
            fmt::format("those at 0x{:08x}{}", window.shows,
                window.operations.empty() ? "" : ", to set, clear and toggle"),
            window.source, window.grade);
    if (!chip.bit_band_source.empty())
        add("bit band", "bits as words at 0x22000000 and 0x42000000", chip.bit_band_source,
            chip.bit_band_grade);
}

void add_core(std::vector<SourceLine>& lines, const CoreModel& core)
{
    lines.push_back({"core " + core.name + " error", band_text(core.error_low, core.error_high),
        core.error_source, Grade::estimate});
    for (const auto& [name, row] : core.rows)
        lines.push_back({fmt::format("core {} class {}", core.name, name),
            fmt::format("issue {}, latency {}", row.issue, row.latency), row.source, row.grade});
    for (const auto& [name, rule] : core.rules)
        lines.push_back({fmt::format("core {} rule {}", core.name, name),
            fmt::format("{}", rule.value), rule.source, rule.grade});
    for (const ExceptionCostInfo& info : exception_costs)
        if (core.has_fpu || !info.needs_fpu) {
            const Figure& cycles = core.exception.*info.figure;
            lines.push_back({fmt::format("core {} exception {}", core.name, info.name),
                fmt::format("{}", cycles.value), cycles.source, cycles.grade});
        }
}

std::string currents_text(const PowerRange& range)
{
    std::vector<std::string> rows;
    for (const RunCurrent& row : range.rows)
        rows.push_back(fmt::format("{:.4g} mA at {}{}", 1e3 * row.active, clock_text(row.clock),
            row.sleep ? fmt::format(" (asleep {:.4g} mA)", 1e3 * *row.sleep) : ""));
    return fmt::format("{}", fmt::join(rows, ", "));
}

void add_power(std::vector<SourceLine>& lines, const PowerModel& power)
{
    for (const PowerRange& range : power.ranges)
        lines.push_back({"current" + (range.name.empty() ? "" : " in " + range.name),
            currents_text(range), range.source, range.grade});
    for (const MemoryCharge& memory : power.memories)
        lines.push_back({"charge of " + memory.region,
            fmt::format("{:.4g} pC a miss, {:.4g} pC an access", 1e12 * memory.miss,
                1e12 * memory.access),
            memory.source, memory.grade});
    lines.push_back({"current of a stalled core",
        fmt::format("{:.2f} of what working adds to sleep", stall_share.value),
        std::string(stall_share.source), stall_share.grade});
    if (power.calibration)
        lines.push_back({"board",
            fmt::format("{:.4g} mA beside the chip, activity {:.3g}",
                1e3 * power.calibration->platform_current, power.calibration->activity),
            power.calibration->source, Grade::measured});
    else
        lines.push_back({"board", fmt::format("{:.2f} times the chip's current", board_factor.value),
            std::string(board_factor.source), board_factor.grade});
    for (const LowPowerState& state : power.states)
        lines.push_back({"state " + state.name,
            fmt::format("{:.4g} uA, {}", 1e6 * state.current.front().current, state.title),
            state.source, state.grade, false});
}

} // namespace

std::vector<SourceLine> sources(const ChipModel& chip)
{
    std::vector<SourceLine> lines;
    std::string bus = chip.bus_maximum < chip.maximum_clock
        ? fmt::format(", memories at most {}", clock_text(chip.bus_maximum))
        : "";
    lines.push_back({"clock",
        fmt::format("{}, at most {}{}", clock_text(chip.default_clock),
            clock_text(chip.maximum_clock), bus),
        chip.clock_source, chip.clock_grade});
    for (const SupplyRange& range : chip.supplies)
        lines.push_back({"flash wait states" + (range.name.empty() ? "" : " at " + range.name),
            steps_text(range.steps), range.source, range.grade});
    add_memory(lines, chip);
    add_peripherals(lines, chip);
    lines.push_back({"memory error", band_text(chip.error_low, chip.error_high), chip.error_source,
        Grade::estimate});
    add_core(lines, chip.core);
    if (chip.power)
        add_power(lines, *chip.power);
    return lines;
}

} // namespace mcu

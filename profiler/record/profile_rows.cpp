// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/profile_rows.h"

#include "profiler/record/call_rows.h"

#include "mcu_models/mapped_region.h"
#include "sim/decode/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace record {

traces::Costs costs_of(const sim::CycleAccount& account)
{
    traces::Costs costs;
    for (const sim::CauseInfo& info : sim::causes)
        costs.push_back({std::string(info.name), account[info.cause].count()});
    return costs;
}

std::vector<traces::CostInfo> cause_table()
{
    std::vector<traces::CostInfo> table;
    for (const sim::CauseInfo& info : sim::causes)
        table.push_back({std::string(info.name), "cycles", std::string(info.meaning)});
    return table;
}

void set_costs(traces::Layer& layer, const sim::Reading& reading, const mcu::ChipModel& chip)
{
    layer.cycles = reading.cycles.total().count();
    layer.instructions = reading.instructions;
    layer.executed_macs = reading.macs;
    layer.cycles_by_cause = costs_of(reading.cycles);
    for (std::size_t i = 0; i < chip.regions.size() && i < reading.traffic.size(); ++i)
        if (chip.regions[i].kind == mcu::RegionKind::flash || chip.regions[i].kind == mcu::RegionKind::external) {
            layer.flash_reads += reading.traffic[i].reads;
            layer.flash_read_bytes += reading.traffic[i].read_bytes;
        }
}

std::vector<traces::Traffic> traffic_rows(const sim::Reading& reading, const mcu::ChipModel& chip)
{
    std::vector<traces::Traffic> rows;
    for (std::size_t i = 0; i < reading.traffic.size(); ++i) {
        const sim::RegionTraffic& t = reading.traffic[i];
        std::string name = i < chip.regions.size() ? chip.regions[i].name : "peripherals";
        if (t.reads || t.writes)
            rows.push_back({.region = name, .kind = "data", .reads = t.reads, .read_bytes = t.read_bytes, .writes = t.writes,
                .write_bytes = t.write_bytes, .fetch_bytes = 0, .hits = t.data_hits, .misses = t.data_misses});
        if (t.fetch_bytes)
            rows.push_back({.region = name, .kind = "fetch", .reads = 0, .read_bytes = 0, .writes = 0, .write_bytes = 0,
                .fetch_bytes = t.fetch_bytes, .hits = t.fetch_hits, .misses = t.fetch_misses});
    }
    return rows;
}

namespace {

/// The innermost function that was inlined here; empty: none, or nobody knows which.
std::string inlined_at(std::uint32_t address, const sim::ElfImage& image)
{
    std::vector<sim::InlinedCall> calls = image.inlines_at(address);
    return calls.empty() ? "" : calls.front().function;
}

std::string encoding_of(std::span<const std::uint8_t> bytes)
{
    std::string text;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        text += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : " ", bytes[i + 1], bytes[i]);
    return text;
}

} // namespace

std::vector<traces::Instruction> instruction_rows(const Recording& recording, const sim::ElfImage& image)
{
    sim::Decoder decoder;
    std::map<std::uint32_t, std::map<std::uint32_t, std::string>> text_of; // by function: IT blocks need what stands before
    auto text_at = [&](std::uint32_t address, unsigned size) {
        const sim::FunctionSymbol* function = image.function_at(address);
        std::uint32_t start = function ? function->address : address;
        auto [lines, fresh] = text_of.try_emplace(start);
        if (fresh)
            for (const auto& line : decoder.disassemble(image.bytes_at(start, function ? function->size : size), start))
                lines->second[line.address] = line.text;
        return lines->second[address];
    };

    std::vector<traces::Instruction> rows;
    for (const sim::InstructionCost& cost : recording.instructions) {
        const sim::FunctionSymbol* function = image.function_at(cost.address);
        std::optional<sim::SourceLine> line = image.line_at(cost.address);
        rows.push_back({.address = cost.address, .size = cost.size, .encoding = encoding_of(image.bytes_at(cost.address, cost.size)), .text = text_at(cost.address, cost.size),
            .function = function ? function->name : "(no function)", .file = line ? line->file : "", .inlined = inlined_at(cost.address, image), .line = line ? line->line : 0,
            .executions = cost.executions, .cycles = cost.cycles.total().count(), .cycles_by_cause = costs_of(cost.cycles)});
    }
    return rows;
}

std::vector<traces::Function> function_rows(const Recording& recording, const std::vector<traces::Instruction>& instructions, const sim::ElfImage& image)
{
    std::map<std::uint32_t, traces::Function> by_address;
    std::map<std::uint32_t, sim::CycleAccount> self, total;
    auto row = [&](std::uint32_t address) -> traces::Function& {
        const sim::FunctionSymbol* symbol = image.function_at(address);
        std::uint32_t start = symbol ? symbol->address : 0;
        auto [at, fresh] = by_address.try_emplace(start);
        if (fresh) {
            std::optional<sim::SourceLine> line = image.line_at(start);
            at->second = {.name = symbol ? symbol->name : "(no function)", .file = line && symbol ? line->file : "", .address = start,
                .size = symbol ? symbol->size : 0, .line = line && symbol ? line->line : 0, .cycles_by_cause = {}, .total_cycles_by_cause = {}};
        }
        return at->second;
    };
    for (std::size_t i = 0; i < instructions.size(); ++i) {
        traces::Function& function = row(instructions[i].address);
        function.self_cycles += instructions[i].cycles;
        function.instructions += instructions[i].executions;
        self[function.address] += recording.instructions[i].cycles;
    }
    for (const FunctionCost& cost : recording.functions) {
        const sim::FunctionSymbol* symbol = image.function_at(cost.address);
        if (cost.calls == 0 && !by_address.contains(symbol ? symbol->address : 0))
            continue; // active all the time, but never on top: the callers of the window's function
        traces::Function& function = row(cost.address);
        function.calls += cost.calls;
        function.total_cycles += cost.total.total().count();
        total[function.address] += cost.total;
        function.own_stack = std::max<std::uint64_t>(function.own_stack, cost.stack.own);
        function.stack = std::max<std::uint64_t>(function.stack, cost.stack.all);
    }
    std::vector<traces::Function> rows;
    for (auto& [address, function] : by_address) {
        // Without symbols a function's extent is a guess: what was jumped to behind it ran on its caller's time, not on its.
        if (function.total_cycles < function.self_cycles) {
            function.total_cycles = function.self_cycles;
            total[address] = self[address];
        }
        function.cycles_by_cause = costs_of(self[address]);
        function.total_cycles_by_cause = costs_of(total[address]);
        rows.push_back(std::move(function));
    }
    std::ranges::stable_sort(rows, std::greater {}, &traces::Function::self_cycles);
    return rows;
}

traces::Outcome outcome_of(const sim::RunResult& result, const sim::ElfImage& image)
{
    traces::Outcome outcome;
    outcome.reason = std::string(sim::name_of(result.reason));
    outcome.exit_code = result.exit_code;
    outcome.message = result.message;
    if (result.good())
        return outcome;
    outcome.pc = result.pc;
    outcome.function = result.function;
    if (std::optional<sim::SourceLine> line = image.line_at(result.pc)) {
        outcome.file = line->file;
        outcome.line = line->line;
    }
    constexpr std::uint32_t longest_instruction = 4;
    std::span<const std::uint8_t> code = image.bytes_at(result.pc, longest_instruction);
    if (auto lines = sim::Decoder().disassemble(code, result.pc); !lines.empty())
        outcome.instruction = lines.front().text;
    outcome.registers.assign(result.registers.begin(), result.registers.end());
    outcome.registers.push_back(result.status);
    for (std::uint32_t address : result.call_stack) {
        const sim::FunctionSymbol* function = image.function_at(address);
        std::optional<sim::SourceLine> line = image.line_at(address);
        outcome.call_stack.push_back({function ? function->name : fmt::format("{:#010x}", address), line ? line->file : "", address, line ? line->line : 0});
    }
    return outcome;
}

std::vector<traces::Source> source_rows(const mcu::ChipModel& chip)
{
    std::vector<traces::Source> rows;
    for (const mcu::SourceLine& line : mcu::sources(chip))
        if (line.timing)
            rows.push_back({line.figure, line.value, line.source, std::string(mcu::name_of(line.grade))});
    return rows;
}

std::vector<traces::Warning> warnings_of(const Recording& recording, const sim::Machine& machine, const sim::RunTracer& tracer, const mcu::ChipModel& chip)
{
    std::vector<traces::Warning> warnings;
    auto warn = [&](std::string code, std::uint64_t count, std::string message) {
        if (count > 0)
            warnings.push_back({std::move(code), std::move(message), count});
    };
    const sim::Reading& total = recording.total;
    auto divide = chip.core.rows.find("divide");
    warn("mean_divide", total.divides,
        fmt::format("a divide, whose time depends on its operands, was charged its mean of {} cycles", divide == chip.core.rows.end() ? 1 : divide->second.issue));
    warn("unaligned", total.unaligned, "an access at an unaligned address, which the bus splits");
    warn("unmodeled", total.unmodeled, "an instruction that the core's table has no row for was charged one cycle");
    warn("uncut", tracer.doubts().uncut_accesses, "a look at the time inside a block whose addresses are not known: it saw the time of the block's start");
    warn("folded_calls", recording.folded_calls, "a call whose path was one too many for the call tree: it is shown without its callers");
    warn("folded_layers", recording.folded_layers,
        fmt::format("a call of a layer's function after the first {} has no row of its own, but is in one row of its function", Recorder::most_layer_calls));
    for (const mcu::Region& region : chip.regions)
        warn("mapped", region.source == mcu::command_line_source,
            fmt::format("{} at {:#010x} is where --map put it{}", region.name, region.start,
                region.timing_source.empty() && region.kind == mcu::RegionKind::sram ? ", with ideal timing: no waits, no caches" : ""));
    // These are of the whole run, start-up included.
    sim::Machine::Irregularities noticed = machine.irregularities();
    warn("peripheral", noticed.unknown_registers, "an access to a register that no chip file describes: it reads back what was written");
    warn("fault", noticed.faults, "a fault");
    warn("reset", noticed.resets, "a reset that the firmware asked for");
    warn("floating_point_off", noticed.floating_point_off, "an instruction that uses the FPU while CPACR keeps it off: a chip would fault there");
    warn("unprivileged", noticed.unprivileged_accesses, "an access of unprivileged code to the core's registers: a chip would fault there");
    warn("memory_protection", noticed.protection_switched_on, "the MPU was switched on: it protects nothing here");
    warn("unpredictable", noticed.unpredictable_accesses, "an access to the core's registers of another width than the architecture allows");
    return warnings;
}

void describe_chip(traces::Profile& profile, const mcu::ChipModel& chip)
{
    traces::RunInfo& run = profile.run;
    run.chip = chip.name;
    run.core = chip.core.name;
    run.clock_hz = chip.clock.count();
    if (!chip.flash_wait_states.empty())
        run.setup = fmt::format("flash {} WS{}", chip.wait_states(),
            chip.supply == chip.supplies.front().name ? "" : " at " + chip.supply);
    if (chip.bus_divider() > 1)
        run.setup += fmt::format("{}bus 1/{}", run.setup.empty() ? "" : ", ", chip.bus_divider());
    if (!chip.accelerator.empty())
        run.setup += (run.setup.empty() ? "" : ", ") + chip.accelerator + " on";
    if (!chip.placement.request.empty())
        run.setup += (run.setup.empty() ? "" : ", ") + chip.placement.request;
    run.timing = chip.core.timing;
    run.cycles_error_low = chip.core.error_low + chip.error_low;
    run.cycles_error_high = chip.core.error_high + chip.error_high;
    profile.sources = source_rows(chip);

    std::set<std::string> flash;
    auto add = [&](const std::string& entry, std::uint64_t& capacity, std::set<std::string>& seen) {
        std::size_t from = 0;
        while (from <= entry.size()) {
            std::size_t to = std::min(entry.find('+', from), entry.size());
            const mcu::Region* region = chip.find_region(entry.substr(from, to - from));
            if (region && seen.insert(region->name).second)
                capacity += region->size;
            from = to + 1;
        }
    };
    std::set<std::string> sram;
    for (const std::string* entry : {&chip.placement.boot, &chip.placement.code, &chip.placement.weights}) {
        const mcu::Region* region = chip.find_region(*entry);
        if (region && region->writable && *entry != chip.placement.boot)
            add(*entry, profile.memory.sram_capacity, sram);
        else
            add(*entry, profile.memory.flash_capacity, flash);
    }
    for (const auto* list : {&chip.placement.arena, &chip.placement.stack, &chip.placement.data})
        for (const std::string& entry : *list)
            add(entry, profile.memory.sram_capacity, sram);
}

void describe_run(traces::Profile& profile, const Recording& recording, sim::Machine& machine, const sim::ElfImage& image,
    const mcu::ChipModel& chip, const sim::RunResult& result)
{
    profile.total.cycles = recording.total.cycles.total().count();
    profile.total.instructions = recording.total.instructions;
    profile.total.executed_macs = recording.total.macs;
    profile.total.cycles_outside_inference = recording.outside_window.cycles.total().count();
    profile.total.instructions_outside_inference = recording.outside_window.instructions;
    profile.memory.sram_stack = recording.stack;
    profile.memory.sram_heap = recording.heap;
    profile.causes = cause_table();
    profile.cycles_by_cause = costs_of(recording.total.cycles);
    profile.traffic = traffic_rows(recording.total, chip);
    profile.instructions = instruction_rows(recording, image);
    profile.functions = function_rows(recording, profile.instructions, image);
    profile.console = machine.console().text();
    profile.warnings = warnings_of(recording, machine, machine.tracer(), chip);
    if (std::uint64_t dropped = machine.console().dropped(); dropped > 0)
        profile.warnings.push_back({"console", fmt::format("a byte that the firmware printed beyond the {} MiB that are kept", sim::Console::default_limit >> 20), dropped});
    profile.run.outcome = outcome_of(result, image);
    describe_calls(profile, recording, machine, image);
}

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <concepts>
#include <type_traits>

/// Which column holds which member, said once per row type: the store writes and reads with it, the
/// dump prints with it, and a new member is one line here and one in schema.sql. Costs have tables
/// of their own.
namespace traces {

template <class Type, class Row>
concept row_of = std::same_as<std::remove_const_t<Type>, Row>;

/// A text that many rows share (a file name, a mnemonic): the store keeps each such text once.
template <class Text>
struct Interned {
    Text& text;
};
template <class Text>
Interned(Text&) -> Interned<Text>;

template <class Visit>
void visit_columns(row_of<Outcome> auto& outcome, Visit& visit)
{
    visit("outcome", outcome.reason);
    visit("exit_code", outcome.exit_code);
    visit("outcome_message", outcome.message);
    visit("outcome_pc", outcome.pc);
    visit("outcome_function", outcome.function);
    visit("outcome_file", outcome.file);
    visit("outcome_line", outcome.line);
    visit("outcome_instruction", outcome.instruction);
    visit("outcome_registers", outcome.registers);
}

template <class Visit>
void visit_columns(row_of<StackFrame> auto& frame, Visit& visit)
{
    visit("function", Interned {frame.function});
    visit("file", Interned {frame.file});
    visit("line", frame.line);
    visit("address", frame.address);
}

template <class Visit>
void visit_columns(row_of<RunInfo> auto& run, Visit& visit)
{
    visit("created_at", run.created_at);
    visit("target", run.target);
    visit("kind", run.kind);
    visit("chip", run.chip);
    visit("core", run.core);
    visit("clock_hz", run.clock_hz);
    visit("kernels", run.kernels);
    visit("planner", run.planner);
    visit("tool_version", run.tool_version);
    visit("target_sha256", run.target_sha256);
    visit("elf_sha256", run.elf_sha256);
    visit("mode", run.mode);
    visit("setup", run.setup);
    visit("placement", run.placement);
    visit("timing", run.timing);
    visit("cycles_error_low", run.cycles_error_low);
    visit("cycles_error_high", run.cycles_error_high);
    visit("supply", run.supply);
    visit("supply_volts", run.supply_volts);
    visit("energy_basis", run.energy_basis);
    visit_columns(run.outcome, visit);
}

template <class Visit>
void visit_columns(row_of<Totals> auto& total, Visit& visit)
{
    visit("cycles", total.cycles);
    visit("instructions", total.instructions);
    visit("macs", total.macs);
    visit("executed_macs", total.executed_macs);
    visit("cycles_outside_inference", total.cycles_outside_inference);
    visit("instructions_outside_inference", total.instructions_outside_inference);
    visit("energy", total.energy);
}

template <class Visit>
void visit_columns(row_of<MemoryUse> auto& memory, Visit& visit)
{
    visit("fits", memory.fits);
    visit("sram_static", memory.sram_static);
    visit("sram_arena", memory.sram_arena);
    visit("sram_stack", memory.sram_stack);
    visit("sram_heap", memory.sram_heap);
    visit("sram_capacity", memory.sram_capacity);
    visit("sram_activations", memory.sram_activations);
    visit("sram_scratch", memory.sram_scratch);
    visit("flash_code", memory.flash_code);
    visit("flash_weights", memory.flash_weights);
    visit("flash_constants", memory.flash_constants);
    visit("flash_capacity", memory.flash_capacity);
}

template <class Visit>
void visit_columns(row_of<Traffic> auto& traffic, Visit& visit)
{
    visit("region", traffic.region);
    visit("kind", traffic.kind);
    visit("reads", traffic.reads);
    visit("read_bytes", traffic.read_bytes);
    visit("writes", traffic.writes);
    visit("write_bytes", traffic.write_bytes);
    visit("fetch_bytes", traffic.fetch_bytes);
    visit("hits", traffic.hits);
    visit("misses", traffic.misses);
    visit("energy", traffic.energy);
}

template <class Visit>
void visit_columns(row_of<PowerSample> auto& sample, Visit& visit)
{
    visit("start_cycle", sample.start_cycle);
    visit("cycles", sample.cycles);
    visit("energy", sample.energy);
}

template <class Visit>
void visit_columns(row_of<Layer> auto& layer, Visit& visit)
{
    visit("layer_index", layer.index);
    visit("name", layer.name);
    visit("title", layer.title);
    visit("operator_name", layer.operator_name);
    visit("kernel", layer.kernel);
    visit("macs", layer.macs);
    visit("executed_macs", layer.executed_macs);
    visit("cycles", layer.cycles);
    visit("instructions", layer.instructions);
    visit("sram_live", layer.sram_live);
    visit("scratch", layer.scratch);
    visit("stack", layer.stack);
    visit("weight_bytes", layer.weight_bytes);
    visit("flash_reads", layer.flash_reads);
    visit("flash_read_bytes", layer.flash_read_bytes);
    visit("start_cycle", layer.start_cycle);
    visit("energy", layer.energy);
}

template <class Visit>
void visit_columns(row_of<Function> auto& function, Visit& visit)
{
    visit("name", Interned {function.name});
    visit("file", Interned {function.file});
    visit("line", function.line);
    visit("address", function.address);
    visit("size", function.size);
    visit("calls", function.calls);
    visit("self_cycles", function.self_cycles);
    visit("total_cycles", function.total_cycles);
    visit("instructions", function.instructions);
    visit("own_stack", function.own_stack);
    visit("stack", function.stack);
}

template <class Visit>
void visit_columns(row_of<Context> auto& context, Visit& visit)
{
    visit("kind", context.kind);
    visit("number", context.number);
    visit("name", context.name);
    visit("activations", context.activations);
    visit("cycles", context.cycles);
    visit("stack", context.stack);
    visit("deepest_call", context.deepest_call);
    visit("deepest_depth", context.deepest_depth);
}

template <class Visit>
void visit_columns(row_of<Call> auto& call, Visit& visit)
{
    visit("parent", call.parent);
    visit("context", call.context);
    visit("function", Interned {call.function});
    visit("address", call.address);
    visit("recursive", call.recursive);
    visit("calls", call.calls);
    visit("self_cycles", call.self_cycles);
    visit("total_cycles", call.total_cycles);
}

template <class Visit>
void visit_columns(row_of<Instruction> auto& instruction, Visit& visit)
{
    visit("address", instruction.address);
    visit("size", instruction.size);
    visit("text", Interned {instruction.text});
    visit("function", Interned {instruction.function});
    visit("inlined", Interned {instruction.inlined});
    visit("file", Interned {instruction.file});
    visit("line", instruction.line);
    visit("encoding", Interned {instruction.encoding});
    visit("executions", instruction.executions);
    visit("cycles", instruction.cycles);
}

template <class Visit>
void visit_columns(row_of<ArenaTensor> auto& tensor, Visit& visit)
{
    visit("name", tensor.name);
    visit("kind", tensor.kind);
    visit("offset", tensor.offset);
    visit("bytes", tensor.bytes);
    visit("first_layer", tensor.first);
    visit("last_layer", tensor.last);
}

template <class Visit>
void visit_columns(row_of<Output> auto& output, Visit& visit)
{
    visit("name", output.name);
    visit("type", output.type);
    visit("shape", output.shape);
    visit("crc32", output.crc32);
    visit("bytes", output.bytes);
}

template <class Visit>
void visit_columns(row_of<Warning> auto& warning, Visit& visit)
{
    visit("code", warning.code);
    visit("message", warning.message);
    visit("count", warning.count);
}

template <class Visit>
void visit_columns(row_of<Source> auto& source, Visit& visit)
{
    visit("figure", Interned {source.figure});
    visit("value", Interned {source.value});
    visit("source", Interned {source.source});
    visit("grade", Interned {source.grade});
}

/// The table `run` holds all that a profile says once: of a Profile or a RunSummary.
template <class Visit>
void visit_run_columns(auto& summary, Visit& visit)
{
    visit_columns(summary.run, visit);
    visit_columns(summary.total, visit);
    visit_columns(summary.memory, visit);
}

} // namespace traces

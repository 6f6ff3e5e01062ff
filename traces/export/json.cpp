// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/json.h"

#include "base/hash.h"

#include <nlohmann/json.hpp>

namespace traces {
namespace {

using Json = nlohmann::ordered_json;

Json seconds_or_null(std::uint64_t cycles, const RunInfo& run)
{
    return run.clock_hz == 0 ? Json() : Json(seconds(cycles, run));
}

Json joules_or_null(const std::optional<Energy>& energy, double Energy::*part = &Energy::joules)
{
    return energy ? Json((*energy).*part) : Json();
}

/// Every cause the model knows, zero or not, so that all rows have the same keys.
Json causes_json(const Costs& costs, const std::vector<CostInfo>& causes)
{
    Json json = Json::object();
    for (const CostInfo& cause : causes)
        json[cause.name] = value_of(costs, cause.name);
    return json;
}

Json outcome_json(const Outcome& outcome)
{
    Json frames = Json::array();
    for (const StackFrame& frame : outcome.call_stack)
        frames.push_back({{"function", frame.function}, {"file", frame.file}, {"line", frame.line},
            {"address", frame.address}});
    return {
        {"reason", outcome.reason},
        {"message", outcome.message},
        {"pc", outcome.pc},
        {"function", outcome.function},
        {"file", outcome.file},
        {"line", outcome.line},
        {"instruction", outcome.instruction},
        {"registers", outcome.registers},
        {"call_stack", frames},
    };
}

Json run_json(const RunInfo& run)
{
    return {
        {"id", run.id},
        {"created_at", run.created_at},
        {"target", run.target},
        {"kind", run.kind},
        {"chip", run.chip},
        {"core", run.core},
        {"clock_hz", run.clock_hz},
        {"setup", run.setup},
        {"placement", run.placement},
        {"kernels", run.kernels},
        {"planner", run.planner},
        {"mode", run.mode},
        {"timing", run.timing},
        {"supply", run.supply},
        {"supply_volts", run.supply_volts},
        {"energy_basis", run.energy_basis},
        {"tool_version", run.tool_version},
        {"target_sha256", run.target_sha256},
        {"elf_sha256", run.elf_sha256},
        {"exit_code", run.outcome.exit_code},
        {"outcome", outcome_json(run.outcome)},
    };
}

Json expected_error_json(const RunInfo& run)
{
    if (run.cycles_error_low == 0 && run.cycles_error_high == 0)
        return {};
    return {{"cycles_low", run.cycles_error_low}, {"cycles_high", run.cycles_error_high}};
}

Json total_json(const Profile& profile)
{
    const Totals& total = profile.total;
    double duration = seconds(total.cycles, profile.run);
    return {
        {"cycles", total.cycles},
        {"instructions", total.instructions},
        {"macs", total.macs},
        {"executed_macs", total.executed_macs},
        {"latency_s", seconds_or_null(total.cycles, profile.run)},
        {"energy_j", joules_or_null(total.energy)},
        {"energy_low_j", joules_or_null(total.energy, &Energy::low)},
        {"energy_high_j", joules_or_null(total.energy, &Energy::high)},
        {"average_power_w",
            total.energy && duration > 0 ? Json(total.energy->joules / duration) : Json()},
        {"cycles_outside_inference", total.cycles_outside_inference},
        {"instructions_outside_inference", total.instructions_outside_inference},
    };
}

Json memory_json(const MemoryUse& memory)
{
    return {
        {"fits", memory.fits},
        {"sram_peak_bytes", memory.sram_peak()},
        {"sram",
            {{"static", memory.sram_static}, {"arena", memory.sram_arena},
                {"stack", memory.sram_stack}, {"heap", memory.sram_heap}}},
        {"arena", {{"activations", memory.sram_activations}, {"scratch", memory.sram_scratch}}},
        {"sram_capacity_bytes", memory.sram_capacity},
        {"flash_bytes", memory.flash()},
        {"flash",
            {{"code", memory.flash_code}, {"weights", memory.flash_weights},
                {"constants", memory.flash_constants}}},
        {"flash_capacity_bytes", memory.flash_capacity},
    };
}

Json traffic_json(const Traffic& traffic)
{
    return {
        {"region", traffic.region},
        {"kind", traffic.kind},
        {"reads", traffic.reads},
        {"read_bytes", traffic.read_bytes},
        {"writes", traffic.writes},
        {"write_bytes", traffic.write_bytes},
        {"fetch_bytes", traffic.fetch_bytes},
        {"hits", traffic.hits},
        {"misses", traffic.misses},
        {"energy_fj", traffic.energy},
    };
}

Json layer_json(const Layer& layer, const Profile& profile)
{
    return {
        {"index", layer.index},
        {"name", layer.name},
        {"title", layer.title},
        {"operator", layer.operator_name},
        {"kernel", layer.kernel},
        {"macs", layer.macs},
        {"executed_macs", layer.executed_macs},
        {"cycles", layer.cycles},
        {"instructions", layer.instructions},
        {"latency_s", seconds_or_null(layer.cycles, profile.run)},
        {"energy_j", joules_or_null(layer.energy)},
        {"energy_low_j", joules_or_null(layer.energy, &Energy::low)},
        {"energy_high_j", joules_or_null(layer.energy, &Energy::high)},
        {"energy_by_term_fj", causes_json(layer.energy_by_term, profile.energy_terms)},
        {"cycles_by_cause", causes_json(layer.cycles_by_cause, profile.causes)},
        {"sram_live_bytes", layer.sram_live},
        {"scratch_bytes", layer.scratch},
        {"stack_bytes", layer.stack},
        {"weight_bytes", layer.weight_bytes},
        {"flash_reads", layer.flash_reads},
        {"flash_read_bytes", layer.flash_read_bytes},
        {"start_cycle", layer.start_cycle},
    };
}

Json function_json(const Function& function, const Profile& profile)
{
    return {
        {"name", function.name},
        {"file", function.file},
        {"line", function.line},
        {"address", function.address},
        {"size", function.size},
        {"calls", function.calls},
        {"self_cycles", function.self_cycles},
        {"total_cycles", function.total_cycles},
        {"instructions", function.instructions},
        {"cycles_by_cause", causes_json(function.cycles_by_cause, profile.causes)},
        {"total_cycles_by_cause", causes_json(function.total_cycles_by_cause, profile.causes)},
        {"energy_by_term_fj", causes_json(function.energy_by_term, profile.energy_terms)},
        {"own_stack_bytes", function.own_stack},
        {"stack_bytes", function.stack},
    };
}

Json context_json(const Context& context)
{
    return {
        {"kind", context.kind},
        {"number", context.number},
        {"name", context.name},
        {"activations", context.activations},
        {"cycles", context.cycles},
        {"stack_bytes", context.stack},
        {"deepest_call", context.deepest_call},
        {"deepest_depth", context.deepest_depth},
    };
}

Json call_json(const Call& call)
{
    return {
        {"parent", call.parent},
        {"context", call.context},
        {"function", call.function},
        {"address", call.address},
        {"recursive", call.recursive},
        {"calls", call.calls},
        {"self_cycles", call.self_cycles},
        {"total_cycles", call.total_cycles},
    };
}

Json instruction_json(const Instruction& instruction, const Profile& profile)
{
    return {
        {"address", instruction.address},
        {"size", instruction.size},
        {"encoding", instruction.encoding},
        {"text", instruction.text},
        {"function", instruction.function},
        {"inlined", instruction.inlined},
        {"file", instruction.file},
        {"line", instruction.line},
        {"executions", instruction.executions},
        {"cycles", instruction.cycles},
        {"cycles_by_cause", causes_json(instruction.cycles_by_cause, profile.causes)},
    };
}

Json power_json(const PowerSample& sample, const Profile& profile)
{
    return {
        {"start_cycle", sample.start_cycle},
        {"cycles", sample.cycles},
        {"energy_fj", sample.energy},
        {"power_w", watts(sample, profile.run)},
    };
}

Json tensor_json(const ArenaTensor& tensor)
{
    return {
        {"name", tensor.name},
        {"kind", tensor.kind},
        {"offset", tensor.offset},
        {"bytes", tensor.bytes},
        {"first_layer", tensor.first},
        {"last_layer", tensor.last},
    };
}

Json output_json(const Output& output)
{
    return {
        {"name", output.name},
        {"type", output.type},
        {"shape", output.shape},
        {"bytes_hex", base::hex(output.bytes)},
        {"crc32", output.crc32},
    };
}

Json cause_meaning_json(const CostInfo& cause)
{
    return {{"name", cause.name}, {"unit", cause.unit}, {"meaning", cause.meaning}};
}

Json warning_json(const Warning& warning)
{
    return {{"code", warning.code}, {"message", warning.message}, {"count", warning.count}};
}

Json source_json(const Source& source)
{
    return {{"figure", source.figure}, {"value", source.value}, {"source", source.source},
        {"grade", source.grade}};
}

template <class Row, class... Context>
Json list(const std::vector<Row>& rows, Json (*one)(const Row&, const Context&...),
    const Context&... context)
{
    Json json = Json::array();
    for (const Row& row : rows)
        json.push_back(one(row, context...));
    return json;
}

} // namespace

std::string to_json(const Profile& profile, JsonDetail detail)
{
    Json json;
    json["schema"] = 1;
    json["run"] = run_json(profile.run);
    json["expected_error"] = expected_error_json(profile.run);
    json["total"] = total_json(profile);
    json["memory"] = memory_json(profile.memory);
    json["cycles_by_cause"] = causes_json(profile.cycles_by_cause, profile.causes);
    json["causes"] = list(profile.causes, cause_meaning_json);
    json["energy_by_term_fj"] = causes_json(profile.energy_by_term, profile.energy_terms);
    json["energy_terms"] = list(profile.energy_terms, cause_meaning_json);
    json["power"] = list(profile.power, power_json, profile);
    json["traffic"] = list(profile.traffic, traffic_json);
    json["layers"] = list(profile.layers, layer_json, profile);
    json["functions"] = list(profile.functions, function_json, profile);
    json["contexts"] = list(profile.contexts, context_json);
    json["calls"] = list(profile.calls, call_json);
    if (detail == JsonDetail::instructions)
        json["instructions"] = list(profile.instructions, instruction_json, profile);
    json["arena"] = list(profile.arena, tensor_json);
    json["outputs"] = list(profile.outputs, output_json);
    json["console"] = profile.console;
    json["warnings"] = list(profile.warnings, warning_json);
    json["sources"] = list(profile.sources, source_json);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace traces

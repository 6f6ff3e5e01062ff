// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/core_model.h"

#include "mcu_models/model_files.h"
#include "mcu_models/provenance.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

namespace mcu {
namespace {

constexpr std::array<std::string_view, 4> architectures
    = {"armv6-m", "armv7-m", "armv7e-m", "armv8-m.main"};
constexpr std::array<std::string_view, 5> emulator_models = {"m0", "m3", "m4", "m7", "m33"};
constexpr std::array<std::string_view, 2> pipelines = {"single_issue", "dual_issue"};
constexpr std::array<std::string_view, 2> timing_states = {"complete", "provisional"};

std::string one_of(
    const TomlTable& file, std::string_view key, std::span<const std::string_view> choices)
{
    std::string value = file.text(key);
    if (std::ranges::find(choices, value) == choices.end())
        file.refuse(key,
            fmt::format(
                "'{}' must be one of {}, found '{}'", key, fmt::join(choices, ", "), value));
    return value;
}

TimingRow read_row(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    TimingRow row {
        .issue = table.whole_number("issue"),
        .latency = table.whole_number_or("latency", 1),
        .source = provenance.source,
        .grade = provenance.grade,
    };
    table.refuse_other_keys();
    return row;
}

Figure read_cycles(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    Figure cycles {
        .value = table.number("cycles"),
        .source = provenance.source,
        .grade = provenance.grade,
    };
    if (cycles.value < 0)
        table.refuse("cycles", fmt::format("'cycles' cannot be negative, found {}", cycles.value));
    table.refuse_other_keys();
    return cycles;
}

ExceptionCosts read_exception_costs(const TomlTable& table, bool has_fpu)
{
    ExceptionCosts costs;
    for (const ExceptionCostInfo& info : exception_costs)
        if (has_fpu || !info.needs_fpu)
            costs.*info.figure = read_cycles(table.table(info.name));
    table.refuse_other_keys();
    return costs;
}

} // namespace

CoreModel parse_core(std::string_view text, const std::string& where)
{
    TomlTable file = TomlTable::parse(text, where);

    CoreModel core;
    core.name = file.text("name");
    core.title = file.text("title");
    core.architecture = one_of(file, "architecture", architectures);
    core.emulator_model = one_of(file, "emulator_model", emulator_models);
    core.compiler_flags = file.text("compiler_flags");
    core.has_dsp = file.flag_or("dsp", false);
    core.has_fpu = file.flag_or("fpu", false);
    core.pipeline = one_of(file, "pipeline", pipelines);
    core.timing = one_of(file, "timing", timing_states);

    ErrorBand error = read_error_band(file);
    core.error_low = error.low;
    core.error_high = error.high;
    core.error_source = error.source;

    for (const auto& [name, table] : file.named_tables("class"))
        core.rows.emplace(name, read_row(table));
    for (const auto& [name, table] : file.named_tables("rule"))
        core.rules.emplace(name, read_cycles(table));
    core.exception = read_exception_costs(file.table("exception"), core.has_fpu);
    file.refuse_other_keys();
    return core;
}

CoreModel load_core(std::string_view name)
{
    ModelFile file = find_core_file(name);
    return parse_core(file.text, file.where);
}

std::vector<std::string> core_names() { return core_file_names(); }

} // namespace mcu

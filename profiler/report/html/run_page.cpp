// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/run_page.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/html/arena_map.h"
#include "profiler/report/html/fit_bar.h"
#include "profiler/report/html/flame_graph.h"
#include "profiler/report/html/layer_charts.h"
#include "profiler/report/html/page.h"
#include "profiler/report/html/power_chart.h"
#include "profiler/report/run_facts.h"

#include <fmt/format.h>

#include <algorithm>

namespace report::html {
namespace {

using kainjow::mustache::data;
using traces::Profile;

/// A cell of a table that sorts: what stands there, and the number it stands for.
data cell(std::string text, double value)
{
    data one;
    one.set("text", std::move(text));
    one.set("value", exact(value));
    return one;
}

std::string count(std::uint64_t value) { return value == 0 ? "" : base::scaled(real(value)); }

std::string bytes(std::uint64_t value)
{
    return value == 0 ? "" : text_of(real(value), Measure::bytes);
}

data fact(std::string name, std::string value, std::string note = "", bool alarming = false)
{
    data one;
    one.set("name", std::move(name));
    one.set("value", std::move(value));
    one.set("note", std::move(note));
    one.set("alarming", alarming);
    return one;
}

data memory_fact(const std::string& name, std::uint64_t used, std::uint64_t capacity,
    const Markup& bar, const std::string& note)
{
    bool fits = capacity == 0 || used <= capacity;
    data one = fact(name, text_of(real(used), Measure::bytes),
        capacity == 0 ? note
            : fits    ? fmt::format("of {}; {}", text_of(real(capacity), Measure::bytes), note)
                      : fmt::format("of {}: does not fit, {} too much; {}",
                          text_of(real(capacity), Measure::bytes),
                          text_of(real(used - capacity), Measure::bytes), note),
        !fits);
    one.set("bar", raw(bar));
    return one;
}

std::string parts_text(const std::vector<FitPart>& parts)
{
    std::string text;
    for (const FitPart& part : parts)
        if (part.bytes > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", part.name,
                text_of(real(part.bytes), Measure::bytes));
    return text;
}

data summary(const Profile& profile)
{
    data facts {data::type::list};
    const traces::Totals& total = profile.total;
    facts << fact("latency", latency_text(profile),
        fmt::format(
            "{} cycles; {}", base::scaled(real(total.cycles)), expected_error_text(profile.run)));
    EnergyText energy = energy_text(profile);
    facts << fact("energy", energy.value, energy.note);

    const traces::MemoryUse& memory = profile.memory;
    std::vector<FitPart> sram
        = {{"arena", memory.sram_arena, 2}, {"static data", memory.sram_static, 4},
            {"stack", memory.sram_stack, 3}, {"heap", memory.sram_heap, 6}};
    facts << memory_fact("SRAM peak", memory.sram_peak(), memory.sram_capacity,
        fit_bar("sram-fit", "SRAM", sram, memory.sram_capacity), parts_text(sram));
    std::vector<FitPart> flash = {{"weights", memory.flash_weights, 0},
        {"code", memory.flash_code, 3}, {"constants", memory.flash_constants, 1}};
    facts << memory_fact("flash", memory.flash(), memory.flash_capacity,
        fit_bar("flash-fit", "flash", flash, memory.flash_capacity), parts_text(flash));
    if (total.macs > 0)
        facts << fact("work", base::scaled(real(total.macs)) + " MACs",
            fmt::format("{:.2f} cycles a MAC; {} instructions",
                real(total.cycles) / real(total.macs), base::scaled(real(total.instructions))));
    else
        facts << fact("work", base::scaled(real(total.instructions)) + " instructions");
    return facts;
}

/// Layers of the table: all, or of too many those that cost most.
std::vector<const traces::Layer*> listed_layers(const Profile& profile, std::size_t most)
{
    std::vector<const traces::Layer*> layers;
    for (const traces::Layer& layer : profile.layers)
        layers.push_back(&layer);
    if (layers.size() > most) {
        std::ranges::stable_sort(layers, std::greater {}, &traces::Layer::cycles);
        layers.resize(most);
        std::ranges::stable_sort(layers, std::less {}, &traces::Layer::index);
    }
    std::stable_partition(
        layers.begin(), layers.end(), [](auto* layer) { return layer->index >= 0; });
    return layers;
}

/// `largest`: cycles of the layer whose share's bar is full.
data layer_row(const traces::Layer& layer, const Profile& profile, std::uint64_t largest)
{
    double total = std::max(1.0, real(profile.total.cycles)), cycles = real(layer.cycles),
           share = 100 * cycles / total;
    data row;
    row.set("index", layer.index < 0 ? std::string("–") : std::to_string(layer.index));
    row.set("order", std::to_string(layer.index < 0 ? 1'000'000'000 : layer.index));
    row.set("name",
        layer.index < 0           ? "outside layers"
            : layer.title.empty() ? layer.name
                                  : layer.title);
    constexpr std::string_view prefix = "mcuprof_"; // of all our kernels
    row.set("kernel",
        layer.kernel.starts_with(prefix) ? layer.kernel.substr(prefix.size()) : layer.kernel);
    row.set("cause", waits_text(layer.cycles_by_cause, layer.cycles));
    row.set("share_width", coordinate(100 * cycles / std::max(1.0, real(largest))));
    data cells {data::type::list};
    cells << cell(count(layer.macs), real(layer.macs));
    cells << cell(count(layer.cycles), cycles);
    cells << cell(layer.macs == 0 ? "" : fmt::format("{:.2f}", cycles / real(layer.macs)),
        layer.macs == 0 ? 0 : cycles / real(layer.macs));
    row.set("cells_before", cells);
    row.set("share", cell(fmt::format("{:.1f} %", share), share));
    data after {data::type::list};
    if (profile.total.energy)
        after << cell(layer.energy ? base::scaled_unit(layer.energy->joules, "J") : "unknown",
            layer.energy ? layer.energy->joules : 0);
    after << cell(bytes(layer.sram_live + layer.scratch), real(layer.sram_live + layer.scratch));
    after << cell(bytes(layer.weight_bytes), real(layer.weight_bytes));
    after << cell(bytes(layer.flash_read_bytes), real(layer.flash_read_bytes));
    after << cell(bytes(layer.stack), real(layer.stack));
    row.set("cells_after", after);
    return row;
}

data function_rows(const Profile& profile)
{
    std::vector<const traces::Function*> functions;
    for (const traces::Function& function : profile.functions)
        functions.push_back(&function);
    std::ranges::stable_sort(functions, std::greater {}, &traces::Function::self_cycles);
    constexpr std::size_t most = 100;
    functions.resize(std::min(functions.size(), most));
    data rows {data::type::list};
    for (const traces::Function* function : functions) {
        data row;
        row.set("name", function->name);
        row.set("place", place_text(function->file, function->line));
        row.set("cause", waits_text(function->cycles_by_cause, function->self_cycles));
        data cells {data::type::list};
        cells << cell(std::to_string(function->calls), real(function->calls));
        cells << cell(count(function->self_cycles), real(function->self_cycles));
        cells << cell(percent(real(function->self_cycles), real(profile.total.cycles)),
            real(function->self_cycles));
        cells << cell(count(function->total_cycles), real(function->total_cycles));
        cells << cell(bytes(function->own_stack), real(function->own_stack));
        row.set("cells", cells);
        rows << row;
    }
    return rows;
}

data traffic_rows(const Profile& profile)
{
    data rows {data::type::list};
    for (const traces::Traffic& traffic : profile.traffic) {
        data row;
        row.set("region", traffic.region);
        row.set("kind", traffic.kind);
        data cells {data::type::list};
        for (std::uint64_t accesses : {traffic.reads, traffic.writes})
            cells << cell(count(accesses), real(accesses));
        for (std::uint64_t size : {traffic.read_bytes, traffic.write_bytes, traffic.fetch_bytes})
            cells << cell(bytes(size), real(size));
        for (std::uint64_t lines : {traffic.hits, traffic.misses})
            cells << cell(count(lines), real(lines));
        row.set("cells", cells);
        rows << row;
    }
    return rows;
}

data provenance(const Profile& profile)
{
    const traces::RunInfo& run = profile.run;
    data rows {data::type::list};
    auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            rows << fact(name, value);
    };
    add("tool", "mcuprof " + run.tool_version);
    add("run", run.id);
    add("recorded", run.created_at);
    add("target", run.target);
    add("target's SHA-256", run.target_sha256);
    add("firmware's SHA-256", run.elf_sha256);
    add("chip", run.chip);
    add("core", run.core);
    add("clock", run.clock_hz == 0 ? "unknown" : base::scaled_unit(real(run.clock_hz), "Hz"));
    add("memory", run.setup);
    add("placement", run.placement);
    add("kernels", run.kernels);
    add("planner", run.planner);
    add("mode", run.mode);
    add("timing", run.timing);
    add("expected error of cycles", expected_error_text(run));
    add("supply", run.supply);
    add("energy rests on", run.energy_basis);
    return rows;
}

data source_rows(const Profile& profile)
{
    data rows {data::type::list};
    for (const traces::Source& source : profile.sources) {
        data row;
        row.set("figure", source.figure);
        row.set("value", source.value);
        row.set("source", source.source);
        row.set("grade", source.grade);
        row.set("estimate", source.grade == "estimate");
        rows << row;
    }
    return rows;
}

data text_rows(const std::vector<std::string>& texts)
{
    data rows {data::type::list};
    for (const std::string& text : texts)
        rows << data("text", text);
    return rows;
}

} // namespace

std::string run_page(const Profile& profile, const ChipFacts& facts)
{
    const traces::RunInfo& run = profile.run;
    data page;
    page.set("target", run.target);
    page.set("chip", facts.titles.chip.empty() ? run.chip : facts.titles.chip);
    page.set("machine", machine_text(run, facts.titles));
    page.set("kernels",
        run.kernels.empty() ? "" : fmt::format("kernels {}, planner {}", run.kernels, run.planner));
    page.set("run", run.id.empty() ? "" : "run " + run.id);
    data cautions {data::type::list};
    for (const Caution& caution : cautions_of(profile)) {
        data row;
        row.set("label", caution.label);
        row.set("sentence", caution.sentence);
        cautions << row;
    }
    page.set("cautions", cautions);
    page.set("summary", summary(profile));

    constexpr std::size_t most_layers = 500;
    data layers {data::type::list};
    std::vector<const traces::Layer*> listed = listed_layers(profile, most_layers);
    std::uint64_t largest = 0;
    for (const traces::Layer* layer : listed)
        largest = std::max(largest, layer->cycles);
    for (const traces::Layer* layer : listed)
        layers << layer_row(*layer, profile, largest);
    page.set("layers", layers);
    page.set("has_layers", !listed.empty());
    page.set("has_energy", profile.total.energy.has_value());
    if (listed.size() < profile.layers.size())
        page.set("left_out",
            fmt::format(
                "The {} of {} layers that cost most.", listed.size(), profile.layers.size()));

    page.set("causes", raw(cause_chart(profile)));
    page.set("layer_causes", raw(layer_cause_chart(profile)));
    page.set("layer_sram", raw(layer_sram_chart(profile)));
    page.set("arena", raw(arena_map(profile)));
    page.set("energy_terms", raw(energy_chart(profile)));
    page.set("power", raw(power_chart(profile)));
    page.set("layer_energy", raw(layer_energy_chart(profile)));
    page.set("traffic_chart", raw(traffic_chart(profile)));
    page.set("roofline", raw(roofline(profile, facts.roofs)));
    page.set("flame", raw(flame_graph(profile)));
    page.set("traffic", traffic_rows(profile));
    page.set("has_traffic", !profile.traffic.empty());
    page.set("functions", function_rows(profile));
    page.set("has_functions", !profile.functions.empty());
    page.set("notes", text_rows(note_texts(profile)));
    page.set("has_notes", !note_texts(profile).empty());
    page.set("provenance", provenance(profile));
    page.set("sources", source_rows(profile));
    page.set("has_sources", !profile.sources.empty());
    return render("run.mustache", page);
}

} // namespace report::html

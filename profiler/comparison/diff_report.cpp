// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/diff_report.h"

#include "base/text_table.h"
#include "profiler/comparison/figures.h"
#include "profiler/comparison/markdown.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>

namespace comparison {
namespace {

using base::Align;
using traces::Function;
using traces::Instruction;
using traces::Layer;
using Json = nlohmann::ordered_json;

constexpr std::array totals_shown
    = {"latency", "cycles", "instructions", "cycles_per_mac", "energy", "sram", "static", "arena",
        "stack", "heap", "flash", "code", "weights", "constants", "macs"};

using Table = DiffTable;

std::uint64_t magnitude(std::int64_t value)
{
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

/// "+1.28 M", "-320".
std::string signed_count(std::int64_t value)
{
    std::string size = base::scaled(static_cast<double>(magnitude(value)));
    return value == 0 ? "0" : fmt::format("{}{}", value < 0 ? "-" : "+", size);
}

std::string percent_change(double before, double after)
{
    if (before == after)
        return "";
    return before == 0 ? "new" : fmt::format("{:+.1f} %", 100 * (after / before - 1));
}

Row row_of(const traces::Profile& profile)
{
    return {{profile.run, profile.total, profile.memory}, {}, {}, false};
}

template <class Row>
std::uint64_t value(const Row* row, std::uint64_t Row::*member)
{
    return row ? row->*member : 0;
}

template <class Row>
std::string_view fate(const Pair<Row>& pair)
{
    return !pair.before ? "inserted" : !pair.after ? "removed" : "";
}

/// "load wait +2.10 M, issue -300 k": the causes that changed most.
std::string causes_text(const traces::Costs* before, const traces::Costs* after)
{
    std::string text;
    std::vector<CauseChange> causes = changed_causes(before, after);
    for (std::size_t i = 0; i < std::min<std::size_t>(causes.size(), 3); ++i)
        text += fmt::format("{}{} {}", i > 0 ? ", " : "", report::spaced(causes[i].name),
            signed_count(change(causes[i].before, causes[i].after)));
    return text;
}

template <class Row>
const traces::Costs* costs(const Row* row)
{
    return row ? &row->cycles_by_cause : nullptr;
}

Table totals_table(const RunDiff& diff)
{
    Table table {"", {{"", Align::left}, {"before"}, {"after"}, {"change"}, {""}}, {}, {}};
    Row before = row_of(*diff.before), after = row_of(*diff.after);
    for (const char* name : totals_shown) {
        const Figure& figure = *find_figure(name);
        std::optional<double> a = number_of(figure, before), b = number_of(figure, after);
        if ((!a && !b) || (a == 0 && b == 0))
            continue;
        auto text = [&](const std::optional<double>& number) {
            return number ? base::measure_text(*number, figure.dimension) : std::string("unknown");
        };
        std::string difference;
        if (a && b && *a != *b)
            difference = fmt::format(
                "{}{}", *b > *a ? "+" : "", base::measure_text(*b - *a, figure.dimension));
        table.rows.push_back({report::spaced(name), text(a), text(b), difference,
            a && b ? percent_change(*a, *b) : ""});
    }
    return table;
}

Table causes_table(const RunDiff& diff)
{
    Table table {"cycles by cause",
        {{"cause", Align::left}, {"before"}, {"after"}, {"change"}, {""}}, {}, {}};
    for (const CauseChange& cause : diff.causes)
        table.rows.push_back({report::spaced(cause.name),
            base::scaled(static_cast<double>(cause.before)),
            base::scaled(static_cast<double>(cause.after)),
            signed_count(change(cause.before, cause.after)),
            percent_change(static_cast<double>(cause.before), static_cast<double>(cause.after))});
    return table;
}

std::string layer_name(const Layer& layer)
{
    return layer.index < 0 ? "(outside layers)" : layer.title.empty() ? layer.name : layer.title;
}

/// "conv 1x1 8→16", or what it was before.
std::string layer_name(const Pair<Layer>& pair)
{
    if (!pair.is_pair())
        return layer_name(pair.after ? *pair.after : *pair.before);
    std::string before = layer_name(*pair.before), after = layer_name(*pair.after);
    return before == after ? after : fmt::format("{} (was {})", after, before);
}

std::string number_of_layer(const Layer* layer)
{
    return layer && layer->index >= 0 ? std::to_string(layer->index) : "";
}

/// What is not cycles and changed: kernel, weights, SRAM.
std::string structure_text(const Pair<Layer>& pair)
{
    if (!pair.is_pair())
        return std::string(fate(pair));
    std::string text;
    auto add = [&](const std::string& what) {
        text += fmt::format("{}{}", text.empty() ? "" : ", ", what);
    };
    if (pair.before->kernel != pair.after->kernel)
        add(fmt::format("kernel {} → {}",
            pair.before->kernel.empty() ? "none" : pair.before->kernel,
            pair.after->kernel.empty() ? "none" : pair.after->kernel));
    auto add_bytes = [&](const char* name, std::uint64_t before, std::uint64_t after) {
        if (before != after)
            add(fmt::format(
                "{} {} → {}", name, base::scaled_bytes(before), base::scaled_bytes(after)));
    };
    add_bytes("weights", pair.before->weight_bytes, pair.after->weight_bytes);
    add_bytes("SRAM", pair.before->sram_live + pair.before->scratch,
        pair.after->sram_live + pair.after->scratch);
    add_bytes("stack", pair.before->stack, pair.after->stack);
    return text;
}

/// Places of the pairs that changed, what changed most first.
template <class PairType, class Change>
std::vector<const PairType*> by_weight(const std::vector<PairType>& pairs, const Change& change_of)
{
    std::vector<const PairType*> changed;
    for (const PairType& pair : pairs)
        if (change_of(pair) != 0 || !pair.is_pair())
            changed.push_back(&pair);
    std::ranges::stable_sort(changed, std::greater<> {},
        [&](const PairType* pair) { return magnitude(change_of(*pair)); });
    return changed;
}

/// "12 more changed, +3.20 k cycles together; 8 did not change".
template <class PairType, class Change>
std::string rest_text(const std::vector<const PairType*>& changed, std::size_t shown,
    std::size_t all, const Change& change_of)
{
    std::string text;
    if (changed.size() > shown) {
        std::int64_t sum = 0;
        for (std::size_t i = shown; i < changed.size(); ++i)
            sum += change_of(*changed[i]);
        text = fmt::format(
            "{} more changed, {} cycles together", changed.size() - shown, signed_count(sum));
    }
    if (all > changed.size())
        text += fmt::format("{}{} did not change", text.empty() ? "" : "; ", all - changed.size());
    return text;
}

std::int64_t layer_change(const Pair<Layer>& pair)
{
    return change(value(pair.before, &Layer::cycles), value(pair.after, &Layer::cycles));
}

std::int64_t function_change(const FunctionPair& pair)
{
    return change(
        value(pair.before, &Function::self_cycles), value(pair.after, &Function::self_cycles));
}

std::int64_t instruction_change(const Pair<Instruction>& pair)
{
    return change(
        value(pair.before, &Instruction::cycles), value(pair.after, &Instruction::cycles));
}

template <class PairType, class Row>
std::vector<std::string> cycles_cells(const PairType& pair, std::uint64_t Row::*member)
{
    std::uint64_t before = value<Row>(pair.before, member), after = value<Row>(pair.after, member);
    return {pair.before ? base::scaled(static_cast<double>(before)) : "",
        pair.after ? base::scaled(static_cast<double>(after)) : "",
        signed_count(change(before, after)),
        pair.is_pair() ? percent_change(static_cast<double>(before), static_cast<double>(after))
                       : std::string(fate(pair))};
}

Table layers_table(const RunDiff& diff, std::size_t most)
{
    Table table {"layers",
        {{"#"}, {"was"}, {"layer", Align::left, 0, 16}, {"before"}, {"after"}, {"change"},
            {"", Align::right, 3}, {"causes", Align::left, 2, 12},
            {"what else", Align::left, 1, 12}},
        {}, {}};
    auto changed = by_weight(diff.layers, layer_change);
    for (std::size_t i = 0; i < std::min(most, changed.size()); ++i) {
        const Pair<Layer>& pair = *changed[i];
        std::vector<std::string> row {
            number_of_layer(pair.after), number_of_layer(pair.before), layer_name(pair)};
        std::ranges::copy(cycles_cells(pair, &Layer::cycles), std::back_inserter(row));
        row.push_back(causes_text(costs(pair.before), costs(pair.after)));
        row.push_back(pair.is_pair() ? structure_text(pair) : "");
        table.rows.push_back(std::move(row));
    }
    table.rest = rest_text(changed, most, diff.layers.size(), layer_change);
    return table;
}

Table functions_table(const RunDiff& diff, std::size_t most)
{
    Table table {"functions, their own cycles",
        {{"function", Align::left, 0, 16}, {"before"}, {"after"}, {"change"}, {"", Align::right, 3},
            {"causes", Align::left, 2, 12}, {"calls", Align::right, 1}},
        {}, {}};
    auto changed = by_weight(diff.functions, function_change);
    for (std::size_t i = 0; i < std::min(most, changed.size()); ++i) {
        const FunctionPair& pair = *changed[i];
        std::vector<std::string> row {(pair.after ? pair.after : pair.before)->name};
        std::ranges::copy(cycles_cells(pair, &Function::self_cycles), std::back_inserter(row));
        row.push_back(causes_text(costs(pair.before), costs(pair.after)));
        std::uint64_t before = value(pair.before, &Function::calls),
                      after = value(pair.after, &Function::calls);
        row.push_back(before == after ? "" : signed_count(change(before, after)));
        table.rows.push_back(std::move(row));
    }
    table.rest = rest_text(changed, most, diff.functions.size(), function_change);
    return table;
}

struct ChangedInstruction {
    const FunctionPair* function;
    const Pair<Instruction>* pair;
};

std::vector<ChangedInstruction> changed_instructions(const RunDiff& diff)
{
    std::vector<ChangedInstruction> changed;
    for (const FunctionPair& function : diff.functions)
        for (const Pair<Instruction>& pair : function.instructions)
            if (instruction_change(pair) != 0)
                changed.push_back({&function, &pair});
    std::ranges::stable_sort(changed, std::greater<> {},
        [](const ChangedInstruction& one) { return magnitude(instruction_change(*one.pair)); });
    return changed;
}

Table instructions_table(const RunDiff& diff, std::size_t most)
{
    Table table {"instructions",
        {{"address", Align::left}, {"was", Align::left}, {"instruction", Align::left, 0, 16},
            {"function", Align::left, 1, 12}, {"before"}, {"after"}, {"change"},
            {"", Align::right, 3}, {"causes", Align::left, 2, 12}},
        {}, {}};
    std::vector<ChangedInstruction> changed = changed_instructions(diff);
    for (std::size_t i = 0; i < std::min(most, changed.size()); ++i) {
        const Pair<Instruction>& pair = *changed[i].pair;
        auto address = [](const Instruction* instruction) {
            return instruction ? fmt::format("{:08x}", instruction->address) : std::string();
        };
        const FunctionPair& function = *changed[i].function;
        std::vector<std::string> row {address(pair.after), address(pair.before),
            (pair.after ? pair.after : pair.before)->text,
            (function.after ? function.after : function.before)->name};
        std::ranges::copy(cycles_cells(pair, &Instruction::cycles), std::back_inserter(row));
        row.push_back(causes_text(costs(pair.before), costs(pair.after)));
        table.rows.push_back(std::move(row));
    }
    if (changed.size() > most)
        table.rest = fmt::format("{} more changed", changed.size() - most);
    return table;
}

std::string text_of(const Table& table, std::size_t width)
{
    std::string text = table.title.empty() ? "\n" : fmt::format("\n  {}\n", table.title);
    if (!table.rows.empty()) {
        report::FittedTable fitted(table.columns);
        for (std::vector<std::string> row : table.rows) {
            for (std::string& cell : row)
                cell = report::printable(cell);
            fitted.add_row(std::move(row));
        }
        text += fitted.text(width);
    }
    return table.rest.empty() ? text : text + fmt::format("  {}\n", table.rest);
}

std::string markdown_of(const Table& table)
{
    std::string text = table.title.empty() ? "\n" : fmt::format("\n#### {}\n\n", table.title);
    if (!table.rows.empty()) {
        std::string titles = "|", rule = "|";
        for (const auto& column : table.columns) {
            titles += fmt::format(" {} |", column.title == "#" ? "\\#" : column.title);
            rule += column.align == Align::left ? "---|" : "---:|";
        }
        text += fmt::format("{}\n{}\n", titles, rule);
        for (const auto& row : table.rows) {
            text += "|";
            for (const std::string& cell : row)
                text += fmt::format(" {} |", markdown(cell));
            text += "\n";
        }
    }
    return table.rest.empty() ? text : text + fmt::format("\n{}\n", table.rest);
}

// --------------------------------------------------------------------------------------------------------
// JSON

Json causes_json(const traces::Costs* before, const traces::Costs* after)
{
    Json json = Json::object();
    for (const CauseChange& cause : changed_causes(before, after))
        json[cause.name] = change(cause.before, cause.after);
    return json;
}

template <class Row>
Json count_json(const Pair<Row>& pair, std::uint64_t Row::*member)
{
    std::uint64_t before = value(pair.before, member), after = value(pair.after, member);
    return {{"before", pair.before ? Json(before) : Json()},
        {"after", pair.after ? Json(after) : Json()}, {"change", change(before, after)}};
}

Json totals_json(const RunDiff& diff)
{
    Json json = Json::object();
    Row before = row_of(*diff.before), after = row_of(*diff.after);
    for (const char* name : totals_shown) {
        const Figure& figure = *find_figure(name);
        std::optional<double> a = number_of(figure, before), b = number_of(figure, after);
        json[name] = {{"before", a ? Json(*a) : Json()}, {"after", b ? Json(*b) : Json()},
            {"change", a && b ? Json(*b - *a) : Json()}};
    }
    return json;
}

template <class Row>
std::string_view state(const Pair<Row>& pair, bool changed)
{
    return !pair.is_pair() ? fate(pair) : changed ? "changed" : "same";
}

Json layer_json(const Pair<Layer>& pair)
{
    auto side = [](const Layer* layer) -> Json {
        if (!layer)
            return {};
        return {{"index", layer->index}, {"name", layer->name}, {"title", layer->title},
            {"kernel", layer->kernel}};
    };
    bool changed = layer_change(pair) != 0 || (pair.is_pair() && !structure_text(pair).empty());
    return {{"state", state(pair, changed)}, {"before", side(pair.before)},
        {"after", side(pair.after)}, {"cycles", count_json(pair, &Layer::cycles)},
        {"instructions", count_json(pair, &Layer::instructions)},
        {"macs", count_json(pair, &Layer::macs)},
        {"cycles_by_cause", causes_json(costs(pair.before), costs(pair.after))},
        {"sram_live_bytes", count_json(pair, &Layer::sram_live)},
        {"scratch_bytes", count_json(pair, &Layer::scratch)},
        {"stack_bytes", count_json(pair, &Layer::stack)},
        {"weight_bytes", count_json(pair, &Layer::weight_bytes)},
        {"flash_read_bytes", count_json(pair, &Layer::flash_read_bytes)}};
}

Json instruction_json(const Pair<Instruction>& pair)
{
    auto address = [](const Instruction* instruction) {
        return instruction ? Json(instruction->address) : Json();
    };
    return {{"state", state(pair, instruction_change(pair) != 0)},
        {"before_address", address(pair.before)}, {"after_address", address(pair.after)},
        {"text", (pair.after ? pair.after : pair.before)->text},
        {"cycles", count_json(pair, &Instruction::cycles)},
        {"executions", count_json(pair, &Instruction::executions)},
        {"cycles_by_cause", causes_json(costs(pair.before), costs(pair.after))}};
}

Json function_json(const FunctionPair& pair)
{
    Json instructions = Json::array();
    for (const Pair<Instruction>& instruction : pair.instructions)
        if (instruction_change(instruction) != 0 || !instruction.is_pair())
            instructions.push_back(instruction_json(instruction));
    return {{"state", state(pair, function_change(pair) != 0)},
        {"name", (pair.after ? pair.after : pair.before)->name},
        {"self_cycles", count_json(pair, &Function::self_cycles)},
        {"total_cycles", count_json(pair, &Function::total_cycles)},
        {"instructions", count_json(pair, &Function::instructions)},
        {"calls", count_json(pair, &Function::calls)},
        {"code_bytes",
            {{"before", pair.before ? Json(pair.before->size) : Json()},
                {"after", pair.after ? Json(pair.after->size) : Json()}}},
        {"stack_bytes", count_json(pair, &Function::stack)},
        {"cycles_by_cause", causes_json(costs(pair.before), costs(pair.after))},
        {"changed_instructions", instructions}};
}

Json run_json(const traces::Profile& profile)
{
    return {{"id", profile.run.id}, {"target", profile.run.target}, {"chip", profile.run.chip},
        {"clock_hz", profile.run.clock_hz}, {"kernels", profile.run.kernels},
        {"planner", profile.run.planner}};
}

} // namespace

std::string name_of(const traces::Profile& profile)
{
    std::string name
        = fmt::format("run {}: {} on {}", profile.run.id, profile.run.target, profile.run.chip);
    if (profile.run.clock_hz > 0)
        name += fmt::format(" {}",
            base::measure_text(
                static_cast<double>(profile.run.clock_hz), base::Dimension::frequency));
    return profile.run.kernels.empty() ? name : fmt::format("{}, {}", name, profile.run.kernels);
}

std::vector<DiffTable> diff_tables(const RunDiff& diff, const DiffDetail& detail)
{
    std::vector<Table> tables {totals_table(diff), causes_table(diff),
        layers_table(diff, detail.layers), functions_table(diff, detail.functions),
        instructions_table(diff, detail.instructions)};
    std::erase_if(
        tables, [](const Table& table) { return table.rows.empty() && table.rest.empty(); });
    return tables;
}

std::string diff_text(const RunDiff& diff, const DiffDetail& detail, report::TextStyle style)
{
    std::string text = fmt::format("before  {}\nafter   {}\n",
        report::printable(name_of(*diff.before)), report::printable(name_of(*diff.after)));
    for (const Table& table : diff_tables(diff, detail))
        text += text_of(table, style.width);
    return text;
}

std::string diff_markdown(const RunDiff& diff, const DiffDetail& detail)
{
    std::string text = fmt::format(
        "### mcuprof: {} → {}\n", markdown(name_of(*diff.before)), markdown(name_of(*diff.after)));
    for (const Table& table : diff_tables(diff, detail))
        text += markdown_of(table);
    return text;
}

std::string diff_json(const RunDiff& diff)
{
    Json causes = Json::array(), layers = Json::array(), functions = Json::array();
    for (const CauseChange& cause : diff.causes)
        causes.push_back({{"name", cause.name}, {"before", cause.before}, {"after", cause.after},
            {"change", change(cause.before, cause.after)}});
    for (const Pair<Layer>& pair : diff.layers)
        layers.push_back(layer_json(pair));
    for (const FunctionPair& pair : diff.functions)
        functions.push_back(function_json(pair));
    Json json {{"schema", 1}, {"before", run_json(*diff.before)}, {"after", run_json(*diff.after)},
        {"total", totals_json(diff)}, {"cycles_by_cause", causes}, {"layers", layers},
        {"functions", functions}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace comparison

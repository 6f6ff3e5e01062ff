// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/row_table.h"

#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/comparison/markdown.h"
#include "traces/export/csv.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace comparison {
namespace {

using Json = nlohmann::ordered_json;

/// Its objectives, each better lower; none: the row takes no part.
std::optional<std::vector<double>> costs_of(
    const Row& row, std::span<const Figure* const> objectives)
{
    const traces::Outcome& outcome = row.summary.run.outcome;
    if (!row.ran() || outcome.reason != "exited" || outcome.exit_code != 0
        || !row.summary.memory.fits)
        return {};
    std::vector<double> costs;
    for (const Figure* figure : objectives) {
        std::optional<double> number = number_of(*figure, row);
        if (!number)
            return {};
        costs.push_back(figure->better == Better::higher ? -*number : *number);
    }
    return costs;
}

bool beats(const std::vector<double>& a, const std::vector<double>& b)
{
    bool better = false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] > b[i])
            return false;
        better |= a[i] < b[i];
    }
    return better;
}

Json json_of(const Value& value)
{
    if (const double* number = std::get_if<double>(&value)) {
        // Counts are whole, and look so.
        if (*number >= 0 && *number < 9e15
            && *number == static_cast<double>(static_cast<std::uint64_t>(*number)))
            return static_cast<std::uint64_t>(*number);
        return *number;
    }
    if (const std::string* text = std::get_if<std::string>(&value))
        return *text;
    if (const bool* claim = std::get_if<bool>(&value))
        return *claim;
    return {};
}

std::string csv_of(const Value& value)
{
    Json json = json_of(value);
    return json.is_null() ? "" : json.is_string() ? json.get<std::string>() : json.dump();
}

} // namespace

std::vector<const Figure*> objectives_of(
    const std::vector<std::string>& names, const std::string& where)
{
    std::vector<const Figure*> objectives;
    for (const std::string& name : names) {
        const Figure& figure = figure_named(name, where);
        if (figure.kind != Figure::Kind::number || figure.better == Better::neither)
            throw base::InputError(where,
                fmt::format(
                    "expected figures that are better low or high, such as latency; found '{}'",
                    name));
        objectives.push_back(&figure);
    }
    return objectives;
}

void mark_best(std::vector<Row>& rows, std::span<const Figure* const> objectives)
{
    std::vector<std::optional<std::vector<double>>> costs;
    for (const Row& row : rows)
        costs.push_back(costs_of(row, objectives));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        bool alone = true, beaten = !costs[i];
        for (std::size_t j = 0; j < rows.size() && !beaten; ++j) {
            const traces::RunInfo &a = rows[i].summary.run, &b = rows[j].summary.run;
            if (i == j || a.chip != b.chip || a.clock_hz != b.clock_hz)
                continue;
            alone = false;
            beaten = costs[j] && beats(*costs[j], *costs[i]);
        }
        rows[i].best = !alone && !beaten;
    }
}

void sort_rows(std::vector<Row>& rows, const Figure& figure, bool reversed)
{
    bool falling = (figure.better == Better::higher) != reversed;
    std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
        Value first = figure.of(a), second = figure.of(b);
        bool first_known = first.index() != 0, second_known = second.index() != 0;
        if (first_known != second_known)
            return first_known;
        return falling ? second < first : first < second;
    });
}

std::string objectives_text(std::span<const Figure* const> objectives)
{
    std::string text = objectives.size() == 2 ? "both " : "";
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        std::string name(objectives[i]->name);
        std::ranges::replace(name, '_', ' ');
        text += fmt::format("{}{}",
            i == 0                           ? ""
                : i + 1 == objectives.size() ? " and "
                                             : ", ",
            name == "sram" ? "SRAM" : name);
    }
    return text;
}

std::string rows_markdown(std::span<const Row> rows, std::span<const Figure* const> objectives)
{
    constexpr std::array shown
        = {"latency", "energy", "sram", "flash", "macs", "cycles_per_mac", "accuracy"};
    std::string text = "| network | chip | clock | kernels | latency | energy | SRAM | flash | "
                       "MACs | cycles/MAC | accuracy | |\n"
                       "|---|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---|\n";
    bool any_best = false;
    for (const Row& row : rows) {
        const traces::RunInfo& run = row.summary.run;
        text += fmt::format("| {} | {} | {} | {} |", markdown(run.target), markdown(run.chip),
            run.clock_hz == 0
                ? ""
                : base::measure_text(static_cast<double>(run.clock_hz), base::Dimension::frequency),
            markdown(run.kernels));
        for (const char* name : shown) {
            const Figure& figure = *find_figure(name);
            std::optional<double> number = number_of(figure, row);
            text += fmt::format(
                " {} |", number ? base::measure_text(*number, figure.dimension) : "");
        }
        std::string trouble = report::trouble_of(row);
        any_best |= row.best;
        text += fmt::format(" {} |\n", trouble.empty() ? (row.best ? "★" : "") : markdown(trouble));
    }
    if (any_best)
        text += fmt::format(
            "\n★ no other run here on this chip is better in {}\n", objectives_text(objectives));
    return text;
}

std::string rows_csv(std::span<const Row> rows)
{
    std::string text = "run";
    for (const Figure& figure : figures())
        text += fmt::format(",{}", figure.name);
    text += ",obstacle\n";
    for (const Row& row : rows) {
        text += traces::csv_cell(row.summary.run.id);
        for (const Figure& figure : figures())
            text += fmt::format(",{}", traces::csv_cell(csv_of(figure.of(row))));
        text += fmt::format(",{}\n", traces::csv_cell(row.obstacle));
    }
    return text;
}

std::string rows_json(std::span<const Row> rows)
{
    Json list = Json::array();
    for (const Row& row : rows) {
        Json json {{"run", row.summary.run.id.empty() ? Json() : Json(row.summary.run.id)}};
        for (const Figure& figure : figures())
            json[std::string(figure.name)] = json_of(figure.of(row));
        json["obstacle"] = row.obstacle.empty() ? Json() : Json(row.obstacle);
        list.push_back(std::move(json));
    }
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace comparison

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/fit/fit_report.h"

#include "base/text_table.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace fit {
namespace {

using base::Align;
using Json = nlohmann::ordered_json;

std::string kib(std::uint64_t bytes)
{
    return fmt::format("{:.0f} KiB", static_cast<double>(bytes) / 1024);
}

std::string resolution_text(int resolution)
{
    return resolution > 0 ? fmt::format("{}", resolution) : "";
}

std::string limits_text(const Limits& limits)
{
    std::string text = "SRAM and flash";
    if (limits.latency_s)
        text += ", latency " + base::scaled_seconds(*limits.latency_s);
    if (limits.energy_j)
        text += ", energy " + base::scaled_unit(*limits.energy_j, "J");
    return text;
}

/// A row of the frontier; a line of which nothing fits has its smallest in the last column.
std::vector<std::string> cells_of(const FrontierRow& row)
{
    const std::string next = !row.next ? "the largest of its line"
        : row.next->network.resolution > 0
        ? fmt::format("{}: {}", row.next->network.resolution, row.next->limit)
        : row.next->limit;
    if (!row.largest)
        return {row.line.name, "-", "-", "-", "-", "-", "-", "-", next};
    const Candidate& largest = *row.largest;
    const networks::FamilyMember& network = largest.network;
    const bool measured = largest.ran && largest.ran->failure.empty();
    return {row.line.name, resolution_text(network.resolution),
        base::scaled(static_cast<double>(network.macs)), kib(largest.planned.weight_bytes),
        kib(largest.planned.arena_bytes),
        measured ? base::scaled_seconds(largest.ran->latency_s) : "-",
        measured && largest.ran->energy_j ? base::scaled_unit(*largest.ran->energy_j, "J") : "-",
        network.accuracy ? fmt::format("{:.1f}", *network.accuracy) : "-", next};
}

std::string answer_text(const Candidate& answer)
{
    const Ran& ran = *answer.ran;
    std::string text = fmt::format("{}  {}, {} of SRAM, {} of flash", answer.network.name,
        base::scaled_seconds(ran.latency_s), kib(ran.sram_bytes), kib(ran.flash_bytes));
    if (ran.energy_j)
        text += ", " + base::scaled_unit(*ran.energy_j, "J");
    return text;
}

const networks::FamilyLine& line_of(const Result& result, const Candidate& candidate)
{
    for (const FrontierRow& row : result.frontier)
        for (const networks::FamilyMember& member : row.line.members)
            if (member.name == candidate.network.name)
                return row.line;
    return result.frontier.front().line;
}

/// "ImageNet top-1 45.5 %, published with 1000 classes".
std::string accuracy_text(const Result& result, const Candidate& best)
{
    const networks::FamilyLine& line = line_of(result, best);
    return fmt::format("{} {:.1f} %, published{}", line.measure, *best.network.accuracy,
        line.published_classes > 0 ? fmt::format(" with {} classes", line.published_classes) : "");
}

/// Names in rows of the report's width.
std::string wrapped(const std::vector<std::string>& words, std::size_t width)
{
    std::string text, line = "   ";
    for (const std::string& word : words) {
        if (line.size() + 1 + word.size() > width && line.size() > 3) {
            text += line + "\n";
            line = "   ";
        }
        line += " " + word;
    }
    return text + line + "\n";
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json json_of(const Candidate& candidate)
{
    const networks::FamilyMember& network = candidate.network;
    const bool measured = candidate.ran && candidate.ran->failure.empty();
    Json json {{"name", network.name}, {"width", number(network.width)},
        {"resolution", network.resolution > 0 ? Json(network.resolution) : Json()},
        {"macs", network.macs}, {"parameters", network.parameters},
        {"accuracy", number(network.accuracy)},
        {"planned_arena_bytes", candidate.planned.arena_bytes},
        {"planned_weight_bytes", candidate.planned.weight_bytes},
        {"ran", candidate.ran.has_value()},
        {"latency_s", measured ? Json(candidate.ran->latency_s) : Json()},
        {"energy_j", measured ? number(candidate.ran->energy_j) : Json()},
        {"sram_bytes", measured ? Json(candidate.ran->sram_bytes) : Json()},
        {"flash_bytes", measured ? Json(candidate.ran->flash_bytes) : Json()}};
    json["limit"] = candidate.limit.empty() ? Json() : Json(candidate.limit);
    return json;
}

Json json_of(const std::optional<Candidate>& candidate)
{
    return candidate ? json_of(*candidate) : Json();
}

} // namespace

std::string text_of(
    const Result& result, const Question& question, const mcu::ChipModel& chip, std::size_t width)
{
    std::string text = fmt::format("  {} on {}, {} kernels{}\n  limits: {}\n\n", question.family,
        chip.title, question.kernels,
        question.classes ? fmt::format(", {} classes", *question.classes) : "",
        limits_text(question.limits));

    report::FittedTable table({{"line", Align::left}, {"largest"}, {"MACs"},
        {"weights", Align::right, 2}, {"arena", Align::right, 3}, {"latency"},
        {"energy", Align::right, 1}, {"accuracy %"}, {"what stops the next", Align::left}});
    for (const FrontierRow& row : result.frontier)
        table.add_row(cells_of(row));
    text += table.text(width) + "\n";

    if (!result.best)
        text += fmt::format("  nothing of {} fits {}\n", question.family, chip.name);
    else if (result.by_accuracy)
        text += fmt::format("  most accurate that fits: {}\n    {}\n", answer_text(*result.best),
            accuracy_text(result, *result.best));
    if (result.largest_by_macs
        && !(result.by_accuracy
            && result.best->network.name == result.largest_by_macs->network.name))
        text += fmt::format("  most multiply-accumulates: {}\n    {} of them; its accuracy is {}\n",
            answer_text(*result.largest_by_macs),
            base::scaled(static_cast<double>(result.largest_by_macs->network.macs)),
            !result.largest_by_macs->network.accuracy ? "not published"
                : result.by_accuracy                  ? "published, but below"
                                                      : "published");
    else if (result.by_accuracy)
        text += "    and the one of most multiply-accumulates\n";
    if (result.several_measures)
        text += "  Accuracy decides nothing here: these networks were measured at different "
                "things. Ask for one of them by name.\n";
    text += fmt::format("\n  {} networks planned, {} run{}\n", result.planned, result.ran.size(),
        result.ran.empty() ? "" : ":");
    if (!result.ran.empty())
        text += wrapped(result.ran, width);
    text += "  Without a latency: not run, and the room for its code not known.\n";
    return text;
}

std::string json_of(const Result& result, const Question& question, const mcu::ChipModel& chip)
{
    Json json {{"schema", 1}, {"family", question.family}, {"chip", chip.name},
        {"core", chip.core.name}, {"clock_hz", chip.clock.count()}, {"kernels", question.kernels},
        {"classes", question.classes ? Json(*question.classes) : Json()},
        {"limits",
            {{"latency_s", number(question.limits.latency_s)},
                {"energy_j", number(question.limits.energy_j)}}}};
    json["by"] = !result.best ? Json() : Json(result.by_accuracy ? "accuracy" : "macs");
    json["measure"] = result.by_accuracy ? Json(line_of(result, *result.best).measure) : Json();
    json["best"] = json_of(result.best);
    json["largest_by_macs"] = json_of(result.largest_by_macs);
    json["frontier"] = Json::array();
    for (const FrontierRow& row : result.frontier)
        json["frontier"].push_back({{"line", row.line.name}, {"largest", json_of(row.largest)},
            {"next", json_of(row.next)}});
    json["planned"] = result.planned;
    json["ran"] = result.ran;
    return json.dump(2) + "\n";
}

} // namespace fit

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/batch/batch_plan.h"

#include "base/file.h"
#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/network_builder.h"
#include "mcu_models/toml_reader.h"
#include "profiler/clock_text.h"
#include "profiler/plan/kernel_manifest.h"
#include "profiler/plan/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fnmatch.h>
#include <glob.h>

namespace batch {
namespace {

using mcu::TomlTable;

constexpr std::size_t most_entries = 100'000; // of one list

std::vector<Entry> entries_of(const TomlTable& table, std::string_view key)
{
    std::vector<Entry> entries;
    std::vector<std::string> texts = table.texts(key);
    for (std::size_t i = 0; i < texts.size(); ++i)
        entries.push_back({texts[i], table.where(key, i)});
    return entries;
}

/// Without the key: the usual one.
std::vector<Entry> entries_or_usual(const TomlTable& table, std::string_view key)
{
    if (!table.has(key))
        return {{"", table.where()}};
    std::vector<Entry> entries = entries_of(table, key);
    for (Entry& entry : entries)
        if (entry.text == "default")
            entry.text.clear();
    return entries;
}

bool is_pattern(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

bool is_path(const std::string& text, const std::filesystem::path& folder)
{
    std::error_code ignored;
    return text.find('/') != std::string::npos || text.ends_with(".tflite") || text.ends_with(".elf")
        || std::filesystem::exists(folder / text, ignored);
}

/// The files that match, by name; as the plan would say them.
std::vector<Entry> matching_files(const Entry& entry, const std::filesystem::path& folder)
{
    glob_t found {};
    int code = ::glob((folder / entry.text).c_str(), 0, nullptr, &found);
    std::vector<Entry> files;
    for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) {
        std::filesystem::path path = found.gl_pathv[i];
        std::error_code ignored;
        if (std::filesystem::is_regular_file(path, ignored))
            files.push_back({std::filesystem::path(entry.text).is_absolute() ? path.string() : path.lexically_relative(folder).string(), entry.where});
    }
    ::globfree(&found);
    if (files.empty())
        throw base::InputError(entry.where, fmt::format("'{}' matches no file in {}", entry.text, folder.string()));
    std::ranges::sort(files, {}, &Entry::text);
    return files;
}

void check_network(const Entry& entry)
{
    try {
        networks::check_network_name(entry.text);
    } catch (const base::InputError& error) {
        throw base::InputError(entry.where, error.what());
    }
}

std::vector<Entry> targets_of(const TomlTable& table, const std::filesystem::path& folder)
{
    std::vector<Entry> targets;
    if (!table.has("targets"))
        return targets;
    for (const Entry& entry : entries_of(table, "targets")) {
        if (is_pattern(entry.text)) {
            for (Entry& file : matching_files(entry, folder))
                targets.push_back(std::move(file));
        } else {
            if (!is_path(entry.text, folder))
                check_network(entry);
            else if (!std::filesystem::is_regular_file(folder / entry.text))
                throw base::InputError(entry.where, fmt::format("no file '{}'", (folder / entry.text).string()));
            targets.push_back(entry);
        }
    }
    return targets;
}

/// `key = 0.5`, `key = [0.25, 0.5]` or `key = { from = 0.25, to = 1, step = 0.25 }`.
std::vector<double> values_of(const TomlTable& table, std::string_view key)
{
    if (!table.is_table(key))
        return table.numbers(key);
    TomlTable range = table.table(key);
    double from = range.number("from"), to = range.number("to"), step = range.number("step");
    range.refuse_other_keys();
    if (!(step > 0) || to < from || (to - from) / step > 10'000)
        throw base::InputError(range.where(), fmt::format("'{}' must rise from 'from' to 'to' in at most 10000 steps", key));
    std::vector<double> values;
    for (int i = 0; from + i * step <= to + step * 1e-6; ++i)
        values.push_back(std::round((from + i * step) * 1e6) / 1e6);
    return values;
}

std::string width_text(double width)
{
    std::string text = fmt::format("{}", width);
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

/// "mobilenet-v1-0.25-96:10", or "mcunet-vww1@96:10" where that is how the family's names are made.
std::string network_name(const std::string& family, const std::string& width, int resolution, const std::string& classes, const std::string& where)
{
    std::string scaled = fmt::format("{}{}-{}{}", family, width, resolution, classes);
    std::string listed = fmt::format("{}@{}{}", family, resolution, classes);
    try {
        networks::check_network_name(scaled);
        return scaled;
    } catch (const base::InputError& error) {
        try {
            if (!width.empty())
                throw;
            networks::check_network_name(listed);
            return listed;
        } catch (const base::InputError&) {
            throw base::InputError(where, error.what());
        }
    }
}

/// `[[network]]`: a family with ranges of width and resolution.
void add_networks(std::vector<Entry>& targets, const TomlTable& table)
{
    for (const TomlTable& row : table.tables("network")) {
        std::string family = row.text("family");
        std::vector<std::string> widths {""};
        if (row.has("width")) {
            widths.clear();
            for (double width : values_of(row, "width"))
                widths.push_back(fmt::format("-{}", width_text(width)));
        }
        std::string classes = row.has("classes") ? fmt::format(":{}", row.whole_number("classes")) : "";
        for (const std::string& width : widths)
            for (double resolution : values_of(row, "resolution")) {
                if (resolution != std::floor(resolution) || std::abs(resolution) > 100'000)
                    row.refuse("resolution", fmt::format("'resolution' must be whole numbers, found {}", resolution));
                targets.push_back({network_name(family, width, static_cast<int>(resolution), classes, row.where("family")), row.where("family")});
            }
        row.refuse_other_keys();
    }
}

std::vector<Entry> chips_of(const TomlTable& table, const std::filesystem::path& folder)
{
    std::vector<std::string> known = mcu::chip_names();
    std::vector<Entry> chips;
    for (const Entry& entry : entries_of(table, "chips")) {
        if (entry.text.ends_with(".toml")) {
            if (!std::filesystem::is_regular_file(folder / entry.text))
                throw base::InputError(entry.where, fmt::format("no file '{}'", (folder / entry.text).string()));
            chips.push_back(entry);
            continue;
        }
        std::size_t before = chips.size();
        for (const std::string& name : known)
            if (::fnmatch(entry.text.c_str(), name.c_str(), 0) == 0)
                chips.push_back({name, entry.where});
        if (chips.size() == before) {
            std::string hint = base::suggestion(entry.text, known);
            throw base::InputError(entry.where, fmt::format("no chip '{}'; {}", entry.text, hint.empty() ? "mcuprof chips lists them" : hint));
        }
    }
    return chips;
}

/// The entries of a list, each of which `parse` takes: what it complains of is told with the entry's line.
template <class Parse>
std::vector<Entry> parsable_entries(const TomlTable& table, std::string_view key, Parse parse)
{
    std::vector<Entry> entries = entries_or_usual(table, key);
    for (const Entry& entry : entries)
        try {
            if (!entry.text.empty())
                parse(entry.text);
        } catch (const base::InputError& error) {
            throw base::InputError(entry.where, error.what());
        }
    return entries;
}

std::vector<Entry> clocks_of(const TomlTable& table)
{
    std::vector<Entry> clocks = entries_or_usual(table, "clocks");
    for (const Entry& entry : clocks)
        if (!entry.text.empty() && entry.text != "max")
            profiler::parse_clock(entry.text, fmt::format("{}: clock '{}'", entry.where, entry.text));
    return clocks;
}

std::vector<Exclusion> exclusions_of(const TomlTable& table)
{
    std::vector<Exclusion> exclusions;
    for (const TomlTable& row : table.tables("exclude")) {
        Exclusion& exclusion = exclusions.emplace_back();
        exclusion.target = row.text_or("target", "");
        exclusion.chip = row.text_or("chip", "");
        exclusion.clock = row.text_or("clock", "");
        exclusion.kernels = row.text_or("kernels", "");
        exclusion.planner = row.text_or("planner", "");
        exclusion.placement = row.text_or("placement", "");
        row.refuse_other_keys();
        if ((exclusion.target + exclusion.chip + exclusion.clock + exclusion.kernels + exclusion.planner + exclusion.placement).empty())
            throw base::InputError(row.where(), "an [[exclude]] without a condition would leave out everything");
    }
    return exclusions;
}

Limits limits_of(const TomlTable& table)
{
    Limits limits;
    if (!table.has("limits"))
        return limits;
    TomlTable row = table.table("limits");
    limits.seconds = row.whole_number_or("seconds", static_cast<std::uint32_t>(limits.seconds));
    limits.retries = row.whole_number_or("retries", static_cast<std::uint32_t>(limits.retries));
    if (row.has("memory"))
        limits.memory_bytes = row.bytes("memory").count();
    if (row.has("instructions")) {
        double instructions = row.number("instructions");
        if (!(instructions >= 1 && instructions <= 1e15))
            row.refuse("instructions", "'instructions' must be from 1 to 1e15");
        limits.instructions = static_cast<std::uint64_t>(instructions);
    }
    row.refuse_other_keys();
    if (limits.seconds == 0)
        row.refuse("seconds", "'seconds' must be at least 1");
    if (limits.memory_bytes < (std::uint64_t {64} << 20))
        row.refuse("memory", "'memory' must be at least \"64 MiB\"");
    if (limits.retries > 100)
        row.refuse("retries", "'retries' must be at most 100");
    return limits;
}

} // namespace

BatchPlan parse_plan(std::string_view text, const std::string& where, const std::filesystem::path& folder)
{
    TomlTable table = TomlTable::parse(text, where);
    BatchPlan plan;
    plan.folder = folder;
    plan.where = where;
    // Keys first: a misspelled list would be missed before anybody says what it is called.
    for (std::string_view key : {"targets", "network", "chips", "clocks", "kernels", "planners", "placements", "detail", "exclude", "limits"})
        table.has(key);
    table.refuse_other_keys();
    plan.targets = targets_of(table, folder);
    add_networks(plan.targets, table);
    if (plan.targets.empty())
        throw base::InputError(table.where(), "a plan needs 'targets' (a list of files, patterns and networks) or [[network]]");
    plan.chips = chips_of(table, folder);
    plan.clocks = clocks_of(table);
    plan.kernels = parsable_entries(table, "kernels", [](const std::string& name) { plan::kernel_set(name); });
    plan.planners = parsable_entries(table, "planners", [](const std::string& name) { plan::planner_options(name); });
    plan.placements = entries_or_usual(table, "placements");
    plan.exclusions = exclusions_of(table);
    plan.limits = limits_of(table);
    std::string detail = table.text_or("detail", "functions");
    if (detail != "functions" && detail != "instructions")
        table.refuse("detail", fmt::format("'detail' must be functions or instructions, found '{}'", detail));
    plan.keeps_instructions = detail == "instructions";
    if (plan.targets.size() > most_entries)
        throw base::InputError(where, fmt::format("expected at most {} targets, found {}", most_entries, plan.targets.size()));
    return plan;
}

BatchPlan read_plan(const std::filesystem::path& path)
{
    constexpr std::size_t largest_plan = 4 << 20;
    std::filesystem::path folder = path.parent_path();
    return parse_plan(base::read_text(path, largest_plan), path.string(), folder.empty() ? "." : folder);
}

} // namespace batch

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/energy_parts.h"

#include "base/check.h"
#include "base/embedded_file.h"
#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/provenance.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>

namespace embedded {
extern const std::span<const base::EmbeddedFile> energy_files;
} // namespace embedded

namespace mcu {
namespace {

TomlTable read_file(std::string_view name)
{
    for (const base::EmbeddedFile& file : embedded::energy_files)
        if (file.path == name)
            return TomlTable::parse(file.content, std::string(file.path));
    CHECK(false);
}

Battery read_battery(const TomlTable& table)
{
    constexpr double milli = 1e-3;
    Provenance provenance = read_provenance(table);
    Battery battery {.name = table.text("name"),
        .title = table.text("title"),
        .cells = 1,
        .volts = table.number("volts"),
        .capacity = milli * table.number("capacity_mah"),
        .usable = table.number("usable"),
        .self_discharge = table.number("self_discharge"),
        .shelf_years = table.number("shelf_years"),
        .most_current = table.has("most_ma") ? milli * table.number("most_ma") : 0,
        .cold = {},
        .source = provenance.source,
        .grade = provenance.grade};
    for (const TomlTable& cold : table.tables("cold")) {
        battery.cold.push_back({cold.number("celsius"), cold.number("factor")});
        cold.refuse_other_keys();
    }
    table.refuse_other_keys();
    return battery;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

/// "2xaa" as 2 and "aa"; 1 without a count.
struct Counted {
    int count = 1;
    std::string name;
};
std::optional<Counted> split_count(std::string_view text)
{
    constexpr int most_cells = 12;
    Counted counted {.count = 1, .name = lower(text)};
    auto [rest, error] = std::from_chars(counted.name.data(), counted.name.data() + counted.name.size(), counted.count);
    auto digits = static_cast<std::size_t>(rest - counted.name.data());
    if (digits == 0 || digits >= counted.name.size() || *rest != 'x') {
        counted.count = 1;
        return counted;
    }
    if (error != std::errc() || counted.count < 1 || counted.count > most_cells)
        return {};
    counted.name.erase(0, digits + 1);
    return counted;
}

} // namespace

std::vector<Battery> batteries()
{
    std::vector<Battery> list;
    for (const TomlTable& table : read_file("energy/batteries.toml").tables("battery"))
        list.push_back(read_battery(table));
    return list;
}

Battery find_battery(std::string_view name)
{
    std::optional<Counted> counted = split_count(name);
    if (!counted)
        throw base::InputError("battery " + std::string(name), "a battery has 1 to 12 cells in series");
    std::vector<std::string> names;
    for (Battery& battery : batteries()) {
        if (battery.name == counted->name) {
            battery.cells = counted->count;
            battery.volts *= counted->count;
            return battery;
        }
        names.push_back(battery.name);
    }
    std::string hint = base::suggestion(counted->name, names);
    throw base::InputError("battery " + std::string(name),
        fmt::format("expected one of {}, several in series as 2xaa-lithium{}", fmt::join(names, ", "), hint.empty() ? "" : "; " + hint));
}

std::vector<Part> parts()
{
    constexpr double micro = 1e-6;
    std::vector<Part> list;
    for (const TomlTable& table : read_file("energy/parts.toml").tables("part")) {
        Provenance provenance = read_provenance(table);
        list.push_back({table.text("name"), table.text("title"), micro * table.number("ua"), provenance.source, provenance.grade});
        table.refuse_other_keys();
    }
    return list;
}

} // namespace mcu

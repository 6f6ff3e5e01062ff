// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/columns.h"

#include "base/hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace traces {
namespace {

/// In quotes, one line, ASCII controls and quotes escaped: what the firmware prints cannot break
/// the dump.
std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\x{:02x}", byte);
        else
            result += c;
    }
    return result + "\"";
}

std::string printed(const std::string& text) { return quoted(text); }
std::string printed(Interned<const std::string> text) { return quoted(text.text); }
template <class Number>
std::string printed(const std::vector<Number>& numbers)
{
    return fmt::format("[{}]", fmt::join(numbers, ","));
}
std::string printed(const std::vector<std::uint8_t>& bytes) { return base::hex(bytes); }
std::string printed(const std::optional<Energy>& energy)
{
    return energy ? fmt::format("{} J ({} ... {})", energy->joules, energy->low, energy->high)
                  : "unknown";
}
std::string printed(bool value) { return value ? "yes" : "no"; }
template <class Number>
requires std::is_arithmetic_v<Number> std::string printed(Number value)
{
    return fmt::format("{}", value);
}

/// As people know it: addresses and checksums in hexadecimal.
template <class Value>
std::string printed(std::string_view column, const Value& value)
{
    if constexpr (std::same_as<Value, std::uint32_t>)
        if (column != "size")
            return fmt::format("{:#010x}", value);
    return printed(value);
}

struct Lines { // one column a line
    std::string text;
    template <class Value>
    void operator()(std::string_view column, const Value& value)
    {
        if (column != "created_at")
            text += fmt::format("  {}: {}\n", column, printed(column, value));
    }
};

struct Cells { // one row a line
    std::string text;
    template <class Value>
    void operator()(std::string_view column, const Value& value)
    {
        text += fmt::format("  {}={}", column, printed(column, value));
    }
};

std::string costs_text(const Costs& costs, std::string_view begin = "  | ")
{
    std::string text;
    for (const Cost& cost : costs)
        if (cost.value > 0)
            text += fmt::format("{}{} {}", text.empty() ? begin : ", ", cost.name, cost.value);
    return text;
}

template <class Row>
std::string rows_text(std::string_view title, const std::vector<Row>& rows)
{
    std::string text = fmt::format("{} ({})\n", title, rows.size());
    for (const Row& row : rows) {
        Cells cells;
        visit_columns(row, cells);
        text += cells.text;
        if constexpr (requires { row.cycles_by_cause; })
            text += costs_text(row.cycles_by_cause);
        if constexpr (requires { row.energy_by_term; })
            text += costs_text(row.energy_by_term, "  | fJ: ");
        text += "\n";
    }
    return text;
}

} // namespace

std::string dump(const Profile& profile)
{
    Lines run;
    visit_run_columns(profile, run);
    std::string text = "run\n" + run.text;

    text += fmt::format("causes ({})\n", profile.causes.size());
    for (const CostInfo& cause : profile.causes)
        text += fmt::format("  {}={}  unit={}  meaning={}\n", cause.name,
            value_of(profile.cycles_by_cause, cause.name), cause.unit, quoted(cause.meaning));
    text += fmt::format("energy terms ({})\n", profile.energy_terms.size());
    for (const CostInfo& term : profile.energy_terms)
        text += fmt::format("  {}={}  unit={}  meaning={}\n", term.name,
            value_of(profile.energy_by_term, term.name), term.unit, quoted(term.meaning));
    text += rows_text("power", profile.power);
    text += rows_text("traffic", profile.traffic);
    text += rows_text("layers", profile.layers);
    text += rows_text("call stack", profile.run.outcome.call_stack);
    text += rows_text("functions", profile.functions);
    text += rows_text("contexts", profile.contexts);
    text += rows_text("calls", profile.calls);
    text += rows_text("instructions", profile.instructions);
    text += rows_text("arena", profile.arena);
    text += rows_text("outputs", profile.outputs);
    text += rows_text("warnings", profile.warnings);
    text += rows_text("sources", profile.sources);
    return text + "console\n  " + quoted(profile.console) + "\n";
}

} // namespace traces

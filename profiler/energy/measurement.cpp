// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/measurement.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace energy {
namespace {

enum class Meaning { time, current, cycles };

struct Unit {
    Meaning of;
    std::string_view name;
    double factor;
};
constexpr std::array units = {
    Unit {Meaning::time, "s", 1}, Unit {Meaning::time, "ms", 1e-3}, Unit {Meaning::time, "us", 1e-6}, Unit {Meaning::time, "ns", 1e-9},
    Unit {Meaning::current, "a", 1}, Unit {Meaning::current, "ma", 1e-3}, Unit {Meaning::current, "ua", 1e-6}, Unit {Meaning::current, "na", 1e-9},
};

struct Column {
    std::size_t index = 0;
    double factor = 1;
};

std::string_view trimmed(std::string_view text)
{
    auto blank = [](char c) { return c == ' ' || c == '\r' || c == '"' || c == '\t'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// In lower case, "µ" (either code point) as "u".
std::string folded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view rest = text.substr(i);
        if (rest.starts_with("µ") || rest.starts_with("μ")) {
            result += 'u';
            ++i;
        } else {
            char c = text[i];
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
    }
    return result;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator)
{
    std::vector<std::string_view> cells;
    while (true) {
        std::size_t end = line.find(separator);
        cells.push_back(trimmed(line.substr(0, end)));
        if (end == std::string_view::npos)
            return cells;
        line.remove_prefix(end + 1);
    }
}

struct Header {
    std::optional<Column> time, current, cycles;
    std::size_t columns = 0;
    char separator = ',';
};

Header read_header(std::string_view line, const std::string& where)
{
    Header header;
    for (char separator : {'\t', ';', ','})
        if (line.find(separator) != std::string_view::npos) {
            header.separator = separator;
            break;
        }
    std::vector<std::string_view> cells = cells_of(line, header.separator);
    header.columns = cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::string title = folded(cells[i]);
        while (title.starts_with('#') || title.starts_with(' '))
            title.erase(0, 1);
        std::string unit;
        if (std::size_t open = title.find_first_of("(["); open != std::string::npos) {
            unit = title.substr(open + 1, title.find_first_of(")]", open) - open - 1);
            title = std::string(trimmed(title.substr(0, open)));
        } else if (std::size_t bar = title.rfind('_'); bar != std::string::npos) {
            std::string last = title.substr(bar + 1);
            if (std::ranges::any_of(units, [&](const Unit& one) { return one.name == last; })) {
                unit = last;
                title.resize(bar);
            }
        }
        std::optional<Column>* column = nullptr;
        Meaning meaning {};
        if (title.find("current") != std::string::npos || title == "i") {
            column = &header.current;
            meaning = Meaning::current;
        } else if (title.starts_with("time") || title == "t") {
            column = &header.time;
            meaning = Meaning::time;
        } else if (title.find("cyc") != std::string::npos || title == "dwt") {
            column = &header.cycles;
            meaning = Meaning::cycles;
        }
        if (!column)
            continue;
        if (*column)
            throw base::InputError(where, fmt::format("two columns could be the one meant: the second is '{}'", cells[i]));
        double factor = 1;
        if (!unit.empty() && meaning != Meaning::cycles) {
            auto known = std::ranges::find_if(units, [&](const Unit& one) { return one.of == meaning && one.name == unit; });
            if (known == units.end())
                throw base::InputError(where, fmt::format("expected a unit such as {} in '{}', found '{}'", meaning == Meaning::time ? "s, ms, us" : "A, mA, uA", cells[i], unit));
            factor = known->factor;
        }
        *column = Column {i, factor};
    }
    if (!header.current || (!header.time && !header.cycles))
        throw base::InputError(where, fmt::format("expected columns of current and of time or cycles in the header, found '{}'", trimmed(line)));
    return header;
}

double number(std::string_view cell, const std::string& where)
{
    double value = 0;
    auto [rest, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || rest != cell.data() + cell.size() || !std::isfinite(value))
        throw base::InputError(where, fmt::format("expected a number, found '{}'", cell));
    return value;
}

} // namespace

Measurement read_measurement(std::string_view text, const std::string& where)
{
    constexpr double largest_gap = 20; // times the step before
    std::optional<Header> header;
    Measurement result;
    double weight = 0, sum = 0, cycles = 0, last_time = 0, step = 0, last_current = 0;
    std::size_t line_number = 0;
    while (!text.empty()) {
        ++line_number;
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty())
            continue;
        std::string place = fmt::format("{}:{}", where, line_number);
        if (!header) {
            header = read_header(line, place);
            continue;
        }
        std::vector<std::string_view> cells = cells_of(line, header->separator);
        if (cells.size() != header->columns)
            throw base::InputError(place, fmt::format("expected {} columns as in the header, found {}", header->columns, cells.size()));
        double current = header->current->factor * number(cells[header->current->index], place);
        ++result.rows;
        if (header->cycles)
            cycles += number(cells[header->cycles->index], place);
        if (!header->time) {
            sum += current;
            weight += 1;
            continue;
        }
        double time = header->time->factor * number(cells[header->time->index], place);
        if (result.rows > 1) {
            double now = time - last_time;
            if (now <= 0)
                throw base::InputError(place, fmt::format("time must rise: {} s follows {} s", time, last_time));
            if (step > 0 && now > largest_gap * step)
                throw base::InputError(place, fmt::format("a gap of {:.3g} s, where samples came every {:.3g} s", now, step));
            step = now;
            sum += now * (current + last_current) / 2;
            weight += now;
        }
        last_time = time;
        last_current = current;
    }
    if (!header || weight <= 0)
        throw base::InputError(where, fmt::format("expected a header and at least {} rows, found {}", header && header->time ? 2 : 1, result.rows));
    result.current = sum / weight;
    if (header->cycles)
        result.cycles = cycles / static_cast<double>(result.rows);
    if (result.current <= 0)
        throw base::InputError(where, fmt::format("expected a current above 0 on average, found {} A", result.current));
    return result;
}

} // namespace energy

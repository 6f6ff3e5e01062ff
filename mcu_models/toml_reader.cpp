// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/toml_reader.h"

#include "base/input_error.h"
#include "base/suggest.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace mcu {

struct TomlTable::Node {
    std::shared_ptr<const toml::table> document; // keeps `table` alive
    const toml::table* table = nullptr;
    std::string file, title;
    mutable std::set<std::string, std::less<>>
        asked; // what reading it has taught us; not part of its value

    const toml::node* find(std::string_view key) const
    {
        asked.emplace(key);
        return table->get(key);
    }
};

namespace {

std::string_view kind_of(const toml::node& node)
{
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "text";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        return "a date or time";
    default:
        return "nothing";
    }
}

std::string place(const std::string& file, const toml::source_region& source)
{
    // The table that is the whole file has no line of its own.
    return fmt::format("{}:{}", file, std::max<std::size_t>(source.begin.line, 1));
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr Unit byte_units[] = {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}};
constexpr Unit hertz_units[] = {{"Hz", 1}, {"kHz", 1'000}, {"MHz", 1'000'000}};

/// "192 KiB" as 196608; the whole text must be a number, one blank and a unit, and fit 64 bits.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units)
{
    std::uint64_t count = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    for (const Unit& unit : units)
        if (text.starts_with(' ') && text.substr(1) == unit.name
            && count <= std::numeric_limits<std::uint64_t>::max() / unit.factor)
            return count * unit.factor;
    return std::nullopt;
}

std::string names_of(std::span<const Unit> units)
{
    std::string names;
    for (const Unit& unit : units)
        names += (names.empty()                   ? ""
                         : &unit == &units.back() ? " or "
                                                  : ", ")
            + std::string(unit.name);
    return names;
}

} // namespace

TomlTable::TomlTable(std::shared_ptr<const Node> node)
    : node_(std::move(node))
{
}

TomlTable TomlTable::parse(std::string_view text, const std::string& file)
try {
    auto document = std::make_shared<const toml::table>(toml::parse(text));
    auto node = std::make_shared<Node>();
    node->table = document.get();
    node->document = std::move(document);
    node->file = file;
    node->title = "the file";
    return TomlTable(std::move(node));
} catch (const toml::parse_error& error) {
    throw base::InputError(place(file, error.source()), std::string(error.description()));
}

std::string TomlTable::where() const { return place(node_->file, node_->table->source()); }

std::string TomlTable::where(std::string_view key) const
{
    const toml::node* value = node_->table->get(key);
    return value ? place(node_->file, value->source()) : where();
}

std::string TomlTable::where(std::string_view key, std::size_t element) const
{
    const toml::node* value = node_->table->get(key);
    const toml::array* array = value ? value->as_array() : nullptr;
    return array && element < array->size() ? place(node_->file, array->get(element)->source())
                                            : where(key);
}

const std::string& TomlTable::title() const { return node_->title; }

bool TomlTable::has(std::string_view key) const { return node_->find(key) != nullptr; }

bool TomlTable::is_table(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    return node && node->is_table();
}

void TomlTable::refuse(std::string_view key, const std::string& what) const
{
    throw base::InputError(where(key), what);
}

namespace {

/// The value of `key` or an error that names what is wanted and what is there instead.
template <class Type>
Type need(
    const TomlTable& table, const toml::node* node, std::string_view key, std::string_view wanted)
{
    if (!node)
        table.refuse(key, fmt::format("{} needs '{}' ({})", table.title(), key, wanted));
    if (auto value = node->value_exact<Type>())
        return *value;
    table.refuse(key, fmt::format("'{}' must be {}, found {}", key, wanted, kind_of(*node)));
}

std::uint64_t need_with_unit(const TomlTable& table, const toml::node* node, std::string_view key,
    std::string_view wanted, std::span<const Unit> units)
{
    auto text = need<std::string>(table, node, key, wanted);
    if (auto value = parse_with_unit(text, units))
        return *value;
    table.refuse(key,
        fmt::format(
            "'{}' must be {} (units {}), found \"{}\"", key, wanted, names_of(units), text));
}

} // namespace

std::string TomlTable::text(std::string_view key) const
{
    auto value = need<std::string>(*this, node_->find(key), key, "text");
    if (value.empty())
        refuse(key, fmt::format("'{}' is empty", key));
    return value;
}

std::string TomlTable::text_or(std::string_view key, std::string fallback) const
{
    return has(key) ? text(key) : std::move(fallback);
}

std::vector<std::string> TomlTable::texts(std::string_view key) const
{
    constexpr std::string_view wanted = "a list of texts";
    const toml::node* node = node_->find(key);
    if (!node)
        refuse(key, fmt::format("{} needs '{}' ({})", title(), key, wanted));
    const toml::array* array = node->as_array();
    if (!array || array->empty())
        refuse(key,
            fmt::format(
                "'{}' must be {}, found {}", key, wanted, array ? "an empty one" : kind_of(*node)));
    std::vector<std::string> texts;
    for (const toml::node& element : *array) {
        auto value = element.value_exact<std::string>();
        if (!value || value->empty())
            refuse(key,
                fmt::format("'{}' must be {}, found {} in it", key, wanted,
                    value ? "an empty text" : kind_of(element)));
        texts.push_back(std::move(*value));
    }
    return texts;
}

bool TomlTable::flag_or(std::string_view key, bool fallback) const
{
    const toml::node* node = node_->find(key);
    return node ? need<bool>(*this, node, key, "true or false") : fallback;
}

double TomlTable::number(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    if (node && node->is_integer())
        return static_cast<double>(*node->value_exact<std::int64_t>());
    auto value = need<double>(*this, node, key, "a number");
    if (!std::isfinite(value))
        refuse(key, fmt::format("'{}' must be a finite number, found {}", key, value));
    return value;
}

std::vector<double> TomlTable::numbers(std::string_view key) const
{
    constexpr std::string_view wanted = "a number or a list of numbers";
    const toml::node* node = node_->find(key);
    if (!node)
        refuse(key, fmt::format("{} needs '{}' ({})", title(), key, wanted));
    const toml::array* array = node->as_array();
    if (!array)
        return {number(key)};
    std::vector<double> numbers;
    for (const toml::node& element : *array) {
        auto value = element.value<double>();
        if (!element.is_number() || !value || !std::isfinite(*value))
            refuse(key, fmt::format("'{}' must be {}, found {} in it", key, wanted, kind_of(element)));
        numbers.push_back(*value);
    }
    if (numbers.empty())
        refuse(key, fmt::format("'{}' must be {}, found an empty list", key, wanted));
    return numbers;
}

std::uint32_t TomlTable::whole_number(std::string_view key) const
{
    auto value = need<std::int64_t>(*this, node_->find(key), key, "a whole number");
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max())
        refuse(key,
            fmt::format("'{}' must be a whole number from 0 to 4294967295, found {}", key, value));
    return static_cast<std::uint32_t>(value);
}

std::uint32_t TomlTable::whole_number_or(std::string_view key, std::uint32_t fallback) const
{
    return has(key) ? whole_number(key) : fallback;
}

base::Bytes TomlTable::bytes(std::string_view key) const
{
    return base::Bytes(
        need_with_unit(*this, node_->find(key), key, "a size such as \"64 KiB\"", byte_units));
}

base::Hertz TomlTable::hertz(std::string_view key) const
{
    return base::Hertz(
        need_with_unit(*this, node_->find(key), key, "a clock such as \"48 MHz\"", hertz_units));
}

namespace {

std::string title_below(const std::string& title, std::string_view key)
{
    return title.starts_with('[') ? fmt::format("{}.{}]", title.substr(0, title.size() - 1), key)
                                  : fmt::format("[{}]", key);
}

} // namespace

TomlTable TomlTable::table(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    if (!node)
        refuse(key, fmt::format("{} needs '{}' (a table)", title(), key));
    if (!node->is_table())
        refuse(key, fmt::format("'{}' must be a table, found {}", key, kind_of(*node)));
    auto below = std::make_shared<Node>();
    below->document = node_->document;
    below->table = node->as_table();
    below->file = node_->file;
    below->title = title_below(title(), key);
    return TomlTable(std::move(below));
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const
{
    const toml::node* node = node_->find(key);
    if (!node)
        return {};
    const toml::array* array = node->as_array();
    if (!array || array->empty())
        refuse(key,
            fmt::format("'{}' must be a list of tables, found {}", key,
                array ? "an empty list" : kind_of(*node)));
    std::vector<TomlTable> tables;
    for (const toml::node& element : *array) {
        if (!element.is_table())
            refuse(key,
                fmt::format(
                    "'{}' must be a list of tables, found {} in it", key, kind_of(element)));
        auto below = std::make_shared<Node>();
        below->document = node_->document;
        below->table = element.as_table();
        below->file = node_->file;
        below->title = title_below(title(), key);
        tables.push_back(TomlTable(std::move(below)));
    }
    return tables;
}

std::vector<std::pair<std::string, TomlTable>> TomlTable::named_tables(std::string_view key) const
{
    std::vector<std::pair<std::string, TomlTable>> named;
    if (!has(key))
        return named;
    TomlTable group = table(key);
    for (const auto& [name, value] : *group.node_->table)
        named.emplace_back(std::string(name.str()), group.table(name.str()));
    return named;
}

void TomlTable::refuse_other_keys() const
{
    std::vector<std::string> known(node_->asked.begin(), node_->asked.end());
    for (const auto& [key, value] : *node_->table) {
        if (node_->asked.contains(key.str()))
            continue;
        std::string hint = base::suggestion(key.str(), known);
        throw base::InputError(place(node_->file, key.source()),
            fmt::format(
                "unknown key '{}' in {}{}", key.str(), title(), hint.empty() ? "" : "; " + hint));
    }
}

} // namespace mcu

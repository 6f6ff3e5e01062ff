// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/kernel_manifest.h"

#include "base/check.h"
#include "base/embedded_file.h"
#include "base/input_error.h"
#include "profiler/plan/weight_order.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <sstream>

namespace embedded {
extern const std::span<const base::EmbeddedFile> kernel_files;
}

namespace plan {
namespace {

constexpr std::array sets {
    KernelSet::reference, KernelSet::small, KernelSet::dsp, KernelSet::specialized};
constexpr std::array<std::string_view, sets.size()> set_names {
    "reference", "small", "dsp", "specialized"};

constexpr std::array comparisons {"==", "!=", "<", "<=", ">", ">="};
constexpr std::array element_types {graph::ElementType::int8, graph::ElementType::uint8,
    graph::ElementType::int16, graph::ElementType::int32, graph::ElementType::int64,
    graph::ElementType::float32, graph::ElementType::boolean};

std::vector<std::string> words_of(const std::string& text)
{
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::optional<std::int64_t> number_in(const std::string& word)
{
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc {} || end != word.data() + word.size())
        return std::nullopt;
    return number;
}

/// One [[kernel]] table; every complaint names its line.
class RowReader {
public:
    RowReader(const toml::table& table, const std::string& where)
        : table_(table)
        , where_(where)
    {
    }

    KernelRow read() const
    {
        KernelRow row;
        row.name = required("name");
        row.file = required("file");
        row.parameters = required("parameters");
        row.function = table_["function"].value_or(row.name);
        row.arguments = integers("arguments");
        for (const std::string& name : strings("operators"))
            row.operators.push_back(operator_named(name));
        for (const std::string& name : strings("input"))
            row.input.push_back(type_named(name));
        for (const std::string& name : strings("output"))
            row.output.push_back(type_named(name));
        if (auto weight = table_["weight"].value<std::string>())
            row.weight = type_named(*weight);
        row.set = kernel_set(required("set"));
        row.requires_features = strings("requires");
        row.cores = strings("cores");
        for (const std::string& text : strings("when"))
            row.when.push_back(condition(text));
        for (const std::string& text : strings("scratch"))
            row.scratch.push_back(product(text));
        row.bias_of_windows = table_["folded_bias"].value_or(std::string()) == "windows";
        row.folded_bias = row.bias_of_windows || table_["folded_bias"].value_or(false);
        row.doubled_sums = table_["doubled_sums"].value_or(false);
        row.weight_order = table_["weight_order"].value_or(std::string());
        if (!row.weight_order.empty() && !is_weight_order(row.weight_order))
            fail(fmt::format("unknown weight order '{}'", row.weight_order));
        row.overwrites = strings("overwrites");
        return row;
    }

private:
    [[noreturn]] void fail(const std::string& what) const
    {
        throw base::InputError(fmt::format("{}:{}", where_, table_.source().begin.line), what);
    }

    std::string required(const char* key) const
    {
        auto value = table_[key].value<std::string>();
        if (!value)
            fail(fmt::format("kernel needs a text '{}'", key));
        return *value;
    }

    std::vector<std::string> strings(const char* key) const
    {
        std::vector<std::string> result;
        if (!table_.contains(key))
            return result;
        const toml::array* array = table_[key].as_array();
        if (!array)
            fail(fmt::format("expected '{}' to be a list of texts", key));
        for (const toml::node& node : *array) {
            auto text = node.value<std::string>();
            if (!text)
                fail(fmt::format("expected '{}' to be a list of texts", key));
            result.push_back(*text);
        }
        return result;
    }

    std::vector<std::int64_t> integers(const char* key) const
    {
        std::vector<std::int64_t> result;
        if (!table_.contains(key))
            return result;
        const toml::array* array = table_[key].as_array();
        if (!array)
            fail(fmt::format("expected '{}' to be a list of whole numbers", key));
        for (const toml::node& node : *array) {
            auto number = node.value_exact<std::int64_t>();
            if (!number)
                fail(fmt::format("expected '{}' to be a list of whole numbers", key));
            result.push_back(*number);
        }
        return result;
    }

    graph::OperatorCode operator_named(const std::string& name) const
    {
        for (const graph::OperatorInfo& info : graph::operator_infos)
            if (info.short_name == name)
                return info.code;
        fail(fmt::format("unknown operator '{}'", name));
    }

    graph::ElementType type_named(const std::string& name) const
    {
        for (graph::ElementType type : element_types)
            if (graph::name_of(type) == name)
                return type;
        fail(fmt::format("unknown element type '{}'", name));
    }

    Condition condition(const std::string& text) const
    {
        std::vector<std::string> words = words_of(text);
        Condition result;
        if (words.size() == 5 && words[1] == "%") {
            result.modulus = number_in(words[2]).value_or(0);
            if (result.modulus <= 0)
                fail(fmt::format("expected a positive number after % in '{}'", text));
            words.erase(words.begin() + 1, words.begin() + 3);
        }
        auto number = words.size() == 3 ? number_in(words[2]) : std::nullopt;
        if (!number || std::ranges::find(comparisons, words[1]) == comparisons.end())
            fail(fmt::format(
                "expected 'FIELD OP NUMBER' or 'FIELD % NUMBER OP NUMBER', found '{}'", text));
        result.field = words[0];
        result.comparison = words[1];
        result.number = *number;
        return result;
    }

    Product product(const std::string& text) const
    {
        Product result;
        std::vector<std::string> words = words_of(text);
        if (words.empty())
            fail("expected numbers and fields in 'scratch'");
        for (const std::string& word : words) {
            if (auto number = number_in(word))
                result.number *= *number;
            else
                result.fields.push_back(word);
        }
        return result;
    }

    const toml::table& table_;
    const std::string& where_;
};

} // namespace

std::string_view name_of(KernelSet set) { return set_names.at(static_cast<std::size_t>(set)); }

KernelSet kernel_set(std::string_view name)
{
    for (KernelSet set : sets)
        if (name_of(set) == name)
            return set;
    throw base::InputError(
        "kernels", fmt::format("expected one of {}, found '{}'", fmt::join(set_names, ", "), name));
}

bool Condition::holds(const FieldValue& value_of) const
{
    std::int64_t value = value_of(field);
    if (modulus > 0)
        value %= modulus;
    if (comparison == "==")
        return value == number;
    if (comparison == "!=")
        return value != number;
    if (comparison == "<")
        return value < number;
    if (comparison == "<=")
        return value <= number;
    if (comparison == ">")
        return value > number;
    CHECK(comparison == ">=");
    return value >= number;
}

std::uint64_t KernelRow::scratch_bytes(const FieldValue& value_of) const
{
    std::int64_t sum = 0;
    for (const Product& product : scratch) {
        std::int64_t term = product.number;
        for (const std::string& field : product.fields)
            term *= value_of(field);
        sum += term;
    }
    CHECK(sum >= 0);
    return static_cast<std::uint64_t>(sum);
}

KernelManifest parse_manifest(std::string_view text, const std::string& where)
{
    toml::table file;
    try {
        file = toml::parse(text, where);
    } catch (const toml::parse_error& error) {
        throw base::InputError(fmt::format("{}:{}", where, error.source().begin.line),
            std::string(error.description()));
    }
    KernelManifest manifest;
    manifest.flags = words_of(file["flags"].value_or(std::string()));
    manifest.template_flags = words_of(file["template_flags"].value_or(std::string()));
    const toml::array* kernels = file["kernel"].as_array();
    if (!kernels)
        throw base::InputError(where, "expected [[kernel]] tables");
    for (const toml::node& node : *kernels) {
        if (!node.is_table())
            throw base::InputError(where, "expected [[kernel]] tables");
        manifest.rows.push_back(RowReader(*node.as_table(), where).read());
    }
    return manifest;
}

const KernelManifest& kernel_manifest()
{
    static const KernelManifest manifest = [] {
        auto file = std::ranges::find(
            embedded::kernel_files, std::string_view("manifest.toml"), &base::EmbeddedFile::path);
        CHECK(file != embedded::kernel_files.end());
        return parse_manifest(file->content, "kernels/manifest.toml");
    }();
    return manifest;
}

} // namespace plan

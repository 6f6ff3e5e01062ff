// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_catalog.h"

#include "base/embedded_file.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <span>
#include <sstream>

namespace embedded {
extern const std::span<const base::EmbeddedFile> network_files;
}

namespace networks {
namespace {

using mcu::TomlTable;

std::vector<std::string> words_of(const std::string& row)
{
    std::istringstream stream(row);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

template <class Number>
std::optional<Number> parsed(const std::string& word)
{
    Number value {};
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || rest != word.data() + word.size())
        return std::nullopt;
    return value;
}

/// A row of positive whole numbers.
std::vector<int> numbers(const TomlTable& table, std::string_view key,
    const std::vector<std::string>& words, std::size_t count)
{
    std::vector<int> values;
    for (const std::string& word : words) {
        const std::optional<int> value = parsed<int>(word);
        if (!value || *value < 1 || *value > 65536)
            table.refuse(
                key, fmt::format("expected a whole number from 1 to 65536, found '{}'", word));
        values.push_back(*value);
    }
    if (values.size() != count)
        table.refuse(
            key, fmt::format("expected {} numbers in a row, found {}", count, values.size()));
    return values;
}

int positive(const TomlTable& table, std::string_view key)
{
    return numbers(table, key, {fmt::format("{}", table.whole_number(key))}, 1).front();
}

bool choice(const TomlTable& table, std::string_view key, std::string_view yes, std::string_view no)
{
    const std::string value = table.text(key);
    if (value != yes && value != no)
        table.refuse(
            key, fmt::format("'{}' must be '{}' or '{}', found '{}'", key, yes, no, value));
    return value == yes;
}

std::vector<Stage> read_stages(const TomlTable& table)
{
    std::vector<Stage> stages;
    for (const std::string& row : table.texts("stages")) {
        const std::vector<int> n = numbers(table, "stages", words_of(row), 5);
        stages.push_back({n[0], n[1], n[2], n[3], n[4]});
    }
    return stages;
}

std::vector<Block> read_blocks(const TomlTable& table, int channels)
{
    std::vector<Block> blocks;
    for (const std::string& row : table.texts("blocks")) {
        std::vector<std::string> words = words_of(row);
        const bool residual = !words.empty() && words.back() == "r";
        if (residual)
            words.pop_back();
        const std::vector<int> n = numbers(table, "blocks", words, 5);
        const Block block {.kernel = n[0],
            .stride = n[4],
            .hidden = n[2],
            .channels = n[3],
            .expands = n[1] > 1,
            .residual = residual};
        if (!block.expands && block.hidden != channels)
            table.refuse("blocks",
                fmt::format("block {} does not expand its {} channels, but has {} hidden ones",
                    blocks.size(), channels, block.hidden));
        if (residual && (block.stride != 1 || block.channels != channels))
            table.refuse("blocks", fmt::format("block {} cannot add its input", blocks.size()));
        channels = block.channels;
        blocks.push_back(block);
    }
    return blocks;
}

std::vector<Published> read_published(const TomlTable& table, bool scaled)
{
    std::vector<Published> rows;
    for (const std::string& row : table.texts("published")) {
        const std::vector<std::string> words = words_of(row);
        if (words.size() != 6)
            table.refuse("published", fmt::format("expected 6 columns, found {}", words.size()));
        const auto figure = [&](std::size_t column) -> std::optional<double> {
            if (words[column] == "-")
                return std::nullopt;
            const std::optional<double> value = parsed<double>(words[column]);
            if (!value || !(*value > 0))
                table.refuse("published",
                    fmt::format("expected a positive number or -, found '{}'", words[column]));
            return value;
        };
        rows.push_back({figure(0), numbers(table, "published", {words[1]}, 1)[0], figure(2),
            figure(3), figure(4), figure(5)});
        if (rows.back().width.has_value() != scaled)
            table.refuse("published",
                scaled ? "a row has no width" : "a row has a width, but the network has none");
    }
    return rows;
}

void read_scaled(const TomlTable& table, CatalogEntry& entry)
{
    entry.truncating = choice(table, "rounding", "truncate", "nearest");
    entry.stem_scales = table.flag_or("stem_scales", true);
    entry.separable = choice(table, "block", "separable", "inverted");
    entry.own_width = table.has("own_width") ? table.number("own_width") : 1;
    entry.own_depth = table.has("own_depth") ? table.number("own_depth") : 1;
    entry.ends_keep_depth = table.flag_or("ends_keep_depth", false);
    if (entry.common.last_channels > 0)
        entry.last_scales_up = choice(table, "last_scales", "up", "never");
    entry.stages = read_stages(table);
}

CatalogEntry read_entry(const TomlTable& table)
{
    CatalogEntry entry;
    entry.where = table.where();
    entry.name = table.text("name");
    entry.title = table.text("title");
    entry.source = table.text("source");
    entry.published_source = table.text("published_source");
    entry.scaled = choice(table, "form", "scaled", "listed");
    Architecture& common = entry.common;
    common.padding = choice(table, "padding", "same", "symmetric") ? PaddingStyle::same
                                                                   : PaddingStyle::symmetric;
    common.head_is_convolution = choice(table, "head", "convolution", "fully_connected");
    common.softmax = table.flag_or("softmax", false);
    common.classes = positive(table, "classes");
    common.input_scale = static_cast<float>(table.number("input_scale"));
    common.input_zero_point = static_cast<int>(table.number("input_zero_point"));
    if (!(common.input_scale > 0))
        table.refuse("input_scale", "'input_scale' must be positive");
    if (common.input_zero_point < -128 || common.input_zero_point > 127)
        table.refuse("input_zero_point", "'input_zero_point' must be from -128 to 127");
    common.stem_channels = positive(table, "stem_channels");
    if (table.has("last_channels"))
        common.last_channels = positive(table, "last_channels");
    if (entry.scaled)
        read_scaled(table, entry);
    else {
        common.resolution = positive(table, "resolution");
        common.blocks = read_blocks(table, common.stem_channels);
    }
    entry.published = read_published(table, entry.scaled);
    table.refuse_other_keys();
    return entry;
}

std::vector<CatalogEntry> read_catalog()
{
    std::vector<CatalogEntry> entries;
    for (const base::EmbeddedFile& file : embedded::network_files)
        for (CatalogEntry& entry : parse_catalog(file.content, std::string(file.path)))
            entries.push_back(std::move(entry));
    return entries;
}

} // namespace

std::string CatalogEntry::pattern() const
{
    return name + (scaled ? "[-WIDTH]-RESOLUTION[:CLASSES]" : "[@RESOLUTION][:CLASSES]");
}

std::vector<CatalogEntry> parse_catalog(std::string_view text, const std::string& file)
{
    const TomlTable document = TomlTable::parse(text, file);
    std::vector<CatalogEntry> entries;
    for (const TomlTable& table : document.tables("network"))
        entries.push_back(read_entry(table));
    document.refuse_other_keys();
    return entries;
}

const std::vector<CatalogEntry>& catalog()
{
    static const std::vector<CatalogEntry> entries = read_catalog();
    return entries;
}

} // namespace networks

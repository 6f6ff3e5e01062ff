// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_catalog.h"

#include "base/embedded_file.h"
#include "mcu_models/network_rows.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>

#include <span>

namespace embedded {
extern const std::span<const base::EmbeddedFile> network_files;
}

namespace networks {
namespace {

using mcu::TomlTable;

int positive(const TomlTable& table, std::string_view key)
{
    return numbers(table, key, {fmt::format("{}", table.whole_number(key))}, 1).front();
}

int positive_or_none(const TomlTable& table, std::string_view key)
{
    return table.has(key) ? positive(table, key) : 0;
}

template <class Value, std::size_t count>
Value choice(const TomlTable& table, std::string_view key,
    const std::pair<std::string_view, Value> (&values)[count])
{
    const std::string found = table.text(key);
    std::string names;
    for (const auto& [name, value] : values) {
        if (name == found)
            return value;
        names += fmt::format("{}'{}'", names.empty() ? "" : " or ", name);
    }
    table.refuse(key, fmt::format("'{}' must be {}, found '{}'", key, names, found));
}

void read_scaled(const TomlTable& table, CatalogEntry& entry, Nonlinearity activation)
{
    entry.truncating = choice<bool>(table, "rounding", {{"truncate", true}, {"nearest", false}});
    entry.stem_scales = table.flag_or("stem_scales", true);
    entry.separable = choice<bool>(table, "block", {{"separable", true}, {"inverted", false}});
    entry.own_width = table.has("own_width") ? table.number("own_width") : 1;
    entry.own_depth = table.has("own_depth") ? table.number("own_depth") : 1;
    entry.ends_keep_depth = table.flag_or("ends_keep_depth", false);
    if (entry.last_channels > 0)
        entry.last_scales = choice<LastScales>(table, "last_scales",
            {{"up", LastScales::up}, {"never", LastScales::never}, {"always", LastScales::always}});
    entry.stages = read_stages(table, activation);
}

/// Stem, blocks and head.
void read_mobile(const TomlTable& table, CatalogEntry& entry)
{
    const Nonlinearity activation = table.has("activation")
        ? read_nonlinearity(table, "activation", table.text("activation"))
        : Nonlinearity::relu6;
    entry.ends_activation = table.has("ends_activation")
        ? read_nonlinearity(table, "ends_activation", table.text("ends_activation"))
        : activation;
    entry.head_is_convolution
        = choice<bool>(table, "head", {{"convolution", true}, {"fully_connected", false}});
    entry.softmax = table.flag_or("softmax", false);
    entry.classes = positive(table, "classes");
    entry.stem_channels = positive(table, "stem_channels");
    entry.last_channels = positive_or_none(table, "last_channels");
    entry.embedding_channels = positive_or_none(table, "embedding_channels");
    if (entry.form == Form::scaled) {
        read_scaled(table, entry, activation);
        return;
    }
    entry.resolution = positive(table, "resolution");
    entry.blocks = read_blocks(table, entry.stem_channels, activation);
}

void read_layered(const TomlTable& table, CatalogEntry& entry)
{
    if (table.has("input"))
        entry.input_shape = read_shape(table, "input", table.text("input"));
    else
        entry.resolution = positive(table, "resolution");
    if (entry.input_shape.size() == 2)
        table.refuse("input", "expected FEATURES or ROWSxCOLUMNSxCHANNELS");
    entry.classes = positive_or_none(table, "classes");
    read_layers(table, entry);
}

CatalogEntry read_entry(const TomlTable& table, const std::string& family)
{
    CatalogEntry entry;
    entry.family = family;
    entry.where = table.where();
    entry.name = table.text("name");
    entry.title = table.text("title");
    entry.source = table.text("source");
    entry.published_source = table.text("published_source");
    entry.measure = table.text_or("measure", "");
    entry.form = choice<Form>(table, "form",
        {{"scaled", Form::scaled}, {"listed", Form::listed}, {"layers", Form::layers}});
    entry.padding = choice<PaddingStyle>(
        table, "padding", {{"same", PaddingStyle::same}, {"symmetric", PaddingStyle::symmetric}});
    entry.input_scale = static_cast<float>(table.number("input_scale"));
    entry.input_zero_point = static_cast<int>(table.number("input_zero_point"));
    if (!(entry.input_scale > 0))
        table.refuse("input_scale", "'input_scale' must be positive");
    if (entry.input_zero_point < -128 || entry.input_zero_point > 127)
        table.refuse("input_zero_point", "'input_zero_point' must be from -128 to 127");
    if (entry.form == Form::layers)
        read_layered(table, entry);
    else
        read_mobile(table, entry);
    entry.published = read_published(table, entry.form);
    for (const Published& row : entry.published)
        if ((row.top1 || row.top1_int8) && entry.measure.empty())
            table.refuse("published", "has an accuracy, but there is no 'measure' to say of what");
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
    return name
        + (form == Form::scaled  ? "[-WIDTH]-RESOLUTION"
                : resolution > 0 ? "[@RESOLUTION]"
                                 : "")
        + (classes > 0 ? "[:CLASSES]" : "");
}

std::vector<CatalogEntry> parse_catalog(std::string_view text, const std::string& file)
{
    const TomlTable document = TomlTable::parse(text, file);
    const std::string family = document.text("family");
    std::vector<CatalogEntry> entries;
    for (const TomlTable& table : document.tables("network"))
        entries.push_back(read_entry(table, family));
    document.refuse_other_keys();
    return entries;
}

const std::vector<CatalogEntry>& catalog()
{
    static const std::vector<CatalogEntry> entries = read_catalog();
    return entries;
}

} // namespace networks

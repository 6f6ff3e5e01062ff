// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_rows.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>
#include <utility>

namespace networks {
namespace {

using mcu::TomlTable;

template <class Number>
std::optional<Number> parsed(std::string_view word)
{
    Number value {};
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || rest != word.data() + word.size())
        return std::nullopt;
    return value;
}

int number(const TomlTable& table, std::string_view key, const std::string& word)
{
    const std::optional<int> value = parsed<int>(word);
    if (!value || *value < 1 || *value > 65536)
        table.refuse(key, fmt::format("expected a whole number from 1 to 65536, found '{}'", word));
    return *value;
}

/// "6", "2.5" or "72/16".
double factor(const TomlTable& table, std::string_view key, const std::string& word)
{
    const std::size_t slash = word.find('/');
    const std::optional<double> above = parsed<double>(std::string_view(word).substr(0, slash));
    const std::optional<double> below = slash == std::string::npos
        ? std::optional(1.0)
        : parsed<double>(std::string_view(word).substr(slash + 1));
    if (!above || !below || !(*above / *below >= 1 && *above / *below <= 1024))
        table.refuse(key, fmt::format("expected a factor from 1 to 1024, found '{}'", word));
    return *above / *below;
}

/// "3x3", "10x4/2", "3x3/2x1".
std::pair<Extent2, Extent2> read_window(
    const TomlTable& table, std::string_view key, const std::string& word)
{
    const auto pair = [&](const std::string& text) -> Extent2 {
        const std::vector<int> sides = read_shape(table, key, text);
        if (sides.size() > 2)
            table.refuse(key, fmt::format("expected HEIGHTxWIDTH, found '{}'", text));
        return {sides.front(), sides.back()};
    };
    const std::size_t slash = word.find('/');
    const Extent2 stride = slash == std::string::npos ? Extent2 {} : pair(word.substr(slash + 1));
    return {pair(word.substr(0, slash)), stride};
}

Block read_block(const TomlTable& table, std::string_view key, std::vector<std::string> words,
    Nonlinearity activation)
{
    Block block {.activation = activation};
    if (!words.empty() && words.back() == "r") {
        block.residual = true;
        words.pop_back();
    }
    if (!words.empty() && words.back().starts_with("se")) {
        block.squeeze = number(table, key, words.back().substr(2));
        words.pop_back();
    }
    const bool has_depthwise = words.empty() || words.front() != "-";
    if (!has_depthwise)
        words.front().assign(1, '1');
    const std::vector<int> n = numbers(table, key, words, 5);
    block.kernel = has_depthwise ? n[0] : 0;
    block.expands = n[1] > 1;
    block.hidden = n[2];
    block.channels = n[3];
    block.stride = n[4];
    return block;
}

/// The rows of one network, turned into layers one after the other.
class LayerRows {
public:
    LayerRows(const TomlTable& table, CatalogEntry& entry)
        : table_(table)
        , entry_(entry)
    {
    }

    void read()
    {
        for (const std::string& row : table_.texts(key_))
            add(row);
        entry_.layers = list_.layers();
        if (!table_.has("outputs"))
            entry_.outputs = {last_};
        else
            for (const std::string& name : table_.texts("outputs"))
                entry_.outputs.push_back(layer(name));
    }

private:
    int layer(const std::string& name) const
    {
        const auto found = by_name_.find(name);
        if (found == by_name_.end())
            table_.refuse(key_, fmt::format("no layer '{}' before", name));
        return found->second;
    }

    void add(const std::string& row)
    {
        std::vector<std::string> words = words_of(row);
        std::vector<int> inputs = {last_};
        if (const auto arrow = std::ranges::find(words, "<"); arrow != words.end()) {
            inputs.clear();
            for (auto word = arrow + 1; word != words.end(); ++word)
                inputs.push_back(*word == "input" ? network_input : layer(*word));
            words.erase(arrow, words.end());
        }
        if (words.size() < 2)
            table_.refuse(key_, fmt::format("expected NAME KIND ..., found '{}'", row));
        const std::string name = words[0], kind = words[1];
        words.erase(words.begin(), words.begin() + 2);
        if (inputs.size() != (kind == "add" ? 2U : 1U))
            table_.refuse(key_, fmt::format("'{}': {} inputs", row, inputs.size()));
        row_ = row;
        last_ = layer_of(name, kind, std::move(words), inputs);
        if (!by_name_.emplace(name, last_).second)
            table_.refuse(key_, fmt::format("two layers '{}'", name));
    }

    void expect(const std::vector<std::string>& words, std::size_t count) const
    {
        if (words.size() != count)
            table_.refuse(key_,
                fmt::format(
                    "'{}': expected {} words after the kind, found {}", row_, count, words.size()));
    }

    int channels(const std::string& word) const
    {
        if (word != "classes")
            return number(table_, key_, word);
        if (entry_.classes == 0)
            table_.refuse(key_, fmt::format("'{}': the network has no 'classes'", row_));
        return 0;
    }

    /// A layer with weights, and its activation.
    int weighted(Layer layer, const std::string& activation)
    {
        if (activation == "linear" || activation == "logits") {
            layer.target = activation == "linear" ? Target::linear : Target::logits;
            return list_.add(std::move(layer));
        }
        const Nonlinearity nonlinearity = read_nonlinearity(table_, key_, activation);
        if (layer.kind == LayerKind::convolution)
            return list_.convolution(layer.name, layer.inputs[0], layer.kernel, layer.stride,
                layer.channels, nonlinearity);
        if (layer.kind == LayerKind::depthwise)
            return list_.depthwise(layer.name, layer.inputs[0], layer.kernel, layer.stride,
                layer.multiplier, nonlinearity);
        if (nonlinearity == Nonlinearity::hard_swish)
            table_.refuse(key_, fmt::format("'{}': a dense layer has no hard_swish", row_));
        layer.target = nonlinearity == Nonlinearity::relu6 ? Target::relu6 : Target::relu;
        return list_.add(std::move(layer));
    }

    int layer_of(const std::string& name, const std::string& kind, std::vector<std::string> words,
        const std::vector<int>& inputs)
    {
        static const std::map<std::string, LayerKind, std::less<>> plain = {
            {"average", LayerKind::average},
            {"upsample", LayerKind::upsample},
            {"flatten", LayerKind::flatten},
            {"softmax", LayerKind::softmax},
        };
        if (const auto found = plain.find(kind); found != plain.end()) {
            expect(words, 0);
            return list_.add({.kind = found->second, .name = name, .inputs = inputs});
        }
        if (kind == "conv") {
            expect(words, 3);
            const auto [kernel, stride] = read_window(table_, key_, words[0]);
            return weighted({.kind = LayerKind::convolution,
                                .name = name,
                                .inputs = inputs,
                                .kernel = kernel,
                                .stride = stride,
                                .channels = channels(words[1])},
                words[2]);
        }
        if (kind == "depthwise") {
            int multiplier = 1;
            if (words.size() == 3 && words[1].starts_with("x")) {
                multiplier = number(table_, key_, words[1].substr(1));
                words.erase(words.begin() + 1);
            }
            expect(words, 2);
            const auto [kernel, stride] = read_window(table_, key_, words[0]);
            return weighted({.kind = LayerKind::depthwise,
                                .name = name,
                                .inputs = inputs,
                                .kernel = kernel,
                                .stride = stride,
                                .multiplier = multiplier},
                words[1]);
        }
        if (kind == "dense") {
            expect(words, 2);
            return weighted({.kind = LayerKind::fully_connected,
                                .name = name,
                                .inputs = inputs,
                                .channels = channels(words[0])},
                words[1]);
        }
        if (kind == "block")
            return list_.block(
                name, inputs[0], read_block(table_, key_, std::move(words), Nonlinearity::relu6));
        if (kind == "add") {
            const bool relu = !words.empty() && words[0] == "relu";
            expect(words, relu ? 1 : 0);
            return list_.add({.kind = LayerKind::add,
                .name = name,
                .inputs = inputs,
                .target = relu ? Target::relu : Target::linear});
        }
        if (kind == "max_pool") {
            expect(words, 1);
            const int side = number(table_, key_, words[0]);
            return list_.add({.kind = LayerKind::max_pool,
                .name = name,
                .inputs = inputs,
                .kernel = {side, side},
                .stride = {side, side}});
        }
        table_.refuse(key_,
            fmt::format("expected conv, depthwise, dense, block, add, max_pool, average, upsample, "
                        "flatten or softmax, found '{}'",
                kind));
    }

    static constexpr std::string_view key_ = "layers";
    const TomlTable& table_;
    CatalogEntry& entry_;
    LayerList list_;
    std::map<std::string, int, std::less<>> by_name_;
    std::string row_;
    int last_ = network_input;
};

} // namespace

std::vector<std::string> words_of(const std::string& row)
{
    std::istringstream stream(row);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

std::vector<int> numbers(const TomlTable& table, std::string_view key,
    const std::vector<std::string>& words, std::size_t count)
{
    std::vector<int> values;
    for (const std::string& word : words)
        values.push_back(number(table, key, word));
    if (values.size() != count)
        table.refuse(
            key, fmt::format("expected {} numbers in a row, found {}", count, values.size()));
    return values;
}

std::vector<int> read_shape(const TomlTable& table, std::string_view key, const std::string& word)
{
    std::vector<int> sides;
    std::istringstream stream(word);
    for (std::string side; std::getline(stream, side, 'x');)
        sides.push_back(number(table, key, side));
    if (sides.empty())
        table.refuse(key, "expected numbers with 'x' between them");
    return sides;
}

Nonlinearity read_nonlinearity(
    const TomlTable& table, std::string_view key, const std::string& word)
{
    if (word == "relu6")
        return Nonlinearity::relu6;
    if (word == "relu")
        return Nonlinearity::relu;
    if (word == "hard_swish")
        return Nonlinearity::hard_swish;
    table.refuse(key, fmt::format("expected relu6, relu or hard_swish, found '{}'", word));
}

std::vector<Stage> read_stages(const TomlTable& table, Nonlinearity activation)
{
    std::vector<Stage> stages;
    for (const std::string& row : table.texts("stages")) {
        std::vector<std::string> words = words_of(row);
        Stage stage {.activation = activation};
        if (words.size() > 5 && words.back() != "se") {
            stage.activation = read_nonlinearity(table, "stages", words.back());
            words.pop_back();
        }
        if (words.size() > 5 && words.back() == "se") {
            stage.squeezes = true;
            words.pop_back();
        }
        if (words.size() > 1) {
            stage.expansion = factor(table, "stages", words[1]);
            words[1].assign(1, '1');
        }
        const std::vector<int> n = numbers(table, "stages", words, 5);
        stage.kernel = n[0];
        stage.channels = n[2];
        stage.repeats = n[3];
        stage.stride = n[4];
        stages.push_back(stage);
    }
    return stages;
}

std::vector<Block> read_blocks(const TomlTable& table, int channels, Nonlinearity activation)
{
    std::vector<Block> blocks;
    for (const std::string& row : table.texts("blocks")) {
        const Block block = read_block(table, "blocks", words_of(row), activation);
        if (!block.expands && block.hidden != channels)
            table.refuse("blocks",
                fmt::format("block {} does not expand its {} channels, but has {} hidden ones",
                    blocks.size(), channels, block.hidden));
        if (block.residual && (block.stride != 1 || block.channels != channels))
            table.refuse("blocks", fmt::format("block {} cannot add its input", blocks.size()));
        channels = block.channels;
        blocks.push_back(block);
    }
    return blocks;
}

void read_layers(const TomlTable& table, CatalogEntry& entry) { LayerRows(table, entry).read(); }

std::vector<Published> read_published(const TomlTable& table, Form form)
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
        const int resolution = words[1] == "-" ? 0 : number(table, "published", words[1]);
        rows.push_back({figure(0), resolution, figure(2), figure(3), figure(4), figure(5)});
        if (rows.back().width.has_value() != (form == Form::scaled))
            table.refuse("published",
                form == Form::scaled ? "a row has no width"
                                     : "a row has a width, but the network has none");
        if (resolution == 0 && form == Form::scaled)
            table.refuse("published", "a row has no resolution");
    }
    return rows;
}

} // namespace networks

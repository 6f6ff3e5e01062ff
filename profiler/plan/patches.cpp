// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/patches.h"

#include "base/check.h"
#include "base/input_error.h"
#include "mcu_models/graph/padding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <set>

namespace plan {
namespace {

using graph::OperatorCode;
using graph::TensorIndex;

/// Rows or columns of a tensor, from `begin` up to but without `end`.
struct Range {
    int begin = 0, end = 0;
    bool operator==(const Range&) const = default;
    int size() const { return end - begin; }
};

struct Region {
    Range rows, columns;
    bool operator==(const Region&) const = default;
};

Range joined(const Range& a, const Range& b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }
Region joined(const Region& a, const Region& b) { return {joined(a.rows, b.rows), joined(a.columns, b.columns)}; }

/// What a window reads for some outputs: the elements that exist, and how many it reaches beyond
/// them at both ends.
struct Reach {
    Range elements;
    int before = 0, after = 0;
};

Reach reach_of(const Range& output, const graph::Window& window, int padding, int size)
{
    const int begin = output.begin * window.stride - padding;
    const int end = (output.end - 1) * window.stride - padding + static_cast<int>(window.reach());
    Reach reach {{std::max(begin, 0), std::min(end, size)}, std::max(-begin, 0), std::max(end - size, 0)};
    CHECK(reach.elements.size() > 0); // margins are smaller than windows
    return reach;
}

bool only_moves_data(OperatorCode code)
{
    using enum OperatorCode;
    constexpr std::array codes {quantize, dequantize, reshape, squeeze, expand_dims, transpose, pad, strided_slice,
        concatenation, split, pack};
    return std::ranges::find(codes, code) != codes.end();
}

/// Output element (y, x) comes from the input's element (y, x) alone.
bool is_pointwise(OperatorCode code)
{
    using enum OperatorCode;
    constexpr std::array codes {add, sub, mul, relu, relu6, logistic, hard_swish, quantize};
    return std::ranges::find(codes, code) != codes.end();
}

bool is_windowed(OperatorCode code)
{
    using enum OperatorCode;
    return code == conv_2d || code == depthwise_conv_2d || code == average_pool_2d || code == max_pool_2d;
}

struct Windows {
    graph::Window rows, columns;
    graph::Margins padding;
};

Windows windows_of(const graph::ModelGraph& graph, const graph::Operator& op)
{
    if (const auto* options = std::get_if<graph::ConvolutionOptions>(&op.options)) {
        const graph::Tensor& weights = graph.tensor(op.inputs.at(1));
        return {rows_of(*options, weights), columns_of(*options, weights), options->padding};
    }
    const auto& options = op.as<graph::PoolOptions>();
    return {rows_of(options), columns_of(options), options.padding};
}

/// Operators [begin, end) of the network and what they exchange with the rest of it.
struct Stage {
    std::size_t begin = 0, end = 0;
    TensorIndex input = graph::no_tensor, output = graph::no_tensor;
};

bool is_image(const graph::Tensor& tensor) { return tensor.shape.size() == 4 && tensor.shape[0] == 1; }

/// Why the operator cannot run on a part of its input; none: it can.
std::optional<std::string> obstacle(const graph::ModelGraph& graph, const graph::Operator& op)
{
    if (!is_windowed(op.code) && !is_pointwise(op.code))
        return "needs its whole input";
    const graph::Tensor& output = graph.tensor(op.outputs.at(0));
    if (!is_image(output) || !is_image(graph.tensor(op.inputs.at(0))))
        return "is not over one image";
    if (is_pointwise(op.code))
        for (TensorIndex input : op.inputs) {
            const graph::Tensor& tensor = graph.tensor(input);
            if (tensor.shape != output.shape && !(tensor.constant() && tensor.elements() == 1))
                return "combines tensors of different shapes";
        }
    return std::nullopt;
}

class Finder {
public:
    explicit Finder(const graph::ModelGraph& graph)
        : graph_(graph)
    {
        while (begin_ < graph.operators.size() && only_moves_data(graph.operators[begin_].code))
            ++begin_;
    }

    /// The operator behind the first `layers` layers that compute; none if there are not so many.
    std::optional<std::size_t> end_of(int layers) const
    {
        std::size_t i = begin_;
        for (; i < graph_.operators.size() && layers > 0; ++i)
            layers -= only_moves_data(graph_.operators[i].code) ? 0 : 1;
        return layers == 0 ? std::optional(i) : std::nullopt;
    }

    int layers() const
    {
        int count = 0;
        while (end_of(count + 1))
            ++count;
        return count;
    }

    /// Sentence why not: "layer 7 (MEAN) needs its whole input".
    std::optional<std::string> refusal(std::size_t end) const
    {
        for (std::size_t i = begin_; i < end; ++i)
            if (auto why = obstacle(graph_, graph_.operators[i]))
                return fmt::format("operator {} ({}) {}", i, graph::info_of(graph_.operators[i].code).tflite_name, *why);
        if (inputs(end).size() != 1)
            return fmt::format("the patched layers read {} tensors, expected one image", inputs(end).size());
        if (outputs(end).size() != 1)
            return fmt::format("{} tensors go from the patched layers to the others, expected one", outputs(end).size());
        return std::nullopt;
    }

    Stage stage(std::size_t end) const
    {
        return {begin_, end, *inputs(end).begin(), *outputs(end).begin()};
    }

private:
    std::set<TensorIndex> made(std::size_t end) const
    {
        std::set<TensorIndex> result;
        for (std::size_t i = begin_; i < end; ++i)
            result.insert(graph_.operators[i].outputs.begin(), graph_.operators[i].outputs.end());
        return result;
    }

    std::set<TensorIndex> read(std::size_t begin, std::size_t end) const
    {
        std::set<TensorIndex> result;
        for (std::size_t i = begin; i < end; ++i)
            for (TensorIndex tensor : graph_.operators[i].inputs)
                if (tensor != graph::no_tensor && !graph_.tensor(tensor).constant())
                    result.insert(tensor);
        return result;
    }

    std::set<TensorIndex> inputs(std::size_t end) const
    {
        std::set<TensorIndex> result = read(begin_, end);
        for (TensorIndex tensor : made(end))
            result.erase(tensor);
        return result;
    }

    std::set<TensorIndex> outputs(std::size_t end) const
    {
        std::set<TensorIndex> later = read(end, graph_.operators.size()), result;
        later.insert(graph_.outputs.begin(), graph_.outputs.end());
        for (TensorIndex tensor : made(end))
            if (later.contains(tensor))
                result.insert(tensor);
        return result;
    }

    const graph::ModelGraph& graph_;
    std::size_t begin_ = 0;
};

std::string numbers_text(const std::vector<int>& numbers) { return fmt::format("{}", fmt::join(numbers, ", ")); }

std::vector<int> divisors(int number)
{
    std::vector<int> result;
    for (int i = 1; i <= number; ++i)
        if (number % i == 0)
            result.push_back(i);
    return result;
}

std::vector<int> possible_layers(const Finder& finder)
{
    std::vector<int> result;
    for (int layers = 1; auto end = finder.end_of(layers); ++layers)
        if (!finder.refusal(*end))
            result.push_back(layers);
    return result;
}

Stage checked_stage(const graph::ModelGraph& graph, const PatchGrid& grid)
{
    const std::string where = fmt::format("{}: --patch {}", graph.name, text_of(grid));
    const Finder finder(graph);
    auto end = finder.end_of(grid.layers);
    if (!end)
        throw base::InputError(where, fmt::format("expected at most {} layers, as many as compute, found {}", finder.layers(), grid.layers));
    if (auto refusal = finder.refusal(*end))
        throw base::InputError(where, fmt::format("{}; numbers of layers that would do: {}", *refusal, numbers_text(possible_layers(finder))));
    const Stage stage = finder.stage(*end);
    const std::vector<int>& shape = graph.tensor(stage.output).shape;
    if (shape[1] % grid.rows != 0)
        throw base::InputError(where, fmt::format("expected rows that divide the {} of {}x{} behind layer {}: {}", shape[1], shape[1], shape[2],
                                          grid.layers, numbers_text(divisors(shape[1]))));
    if (shape[2] % grid.columns != 0)
        throw base::InputError(where, fmt::format("expected columns that divide the {} of {}x{} behind layer {}: {}", shape[2], shape[1], shape[2],
                                          grid.layers, numbers_text(divisors(shape[2]))));
    return stage;
}

class Splitter {
public:
    Splitter(const graph::ModelGraph& graph, const PatchGrid& grid)
        : whole_(graph)
        , grid_(grid)
        , stage_(checked_stage(graph, grid))
    {
        result_.graph = graph;
        result_.graph.operators.clear();
    }

    PatchedGraph run()
    {
        for (std::size_t i = 0; i < stage_.begin; ++i)
            add(whole_.operators[i]);
        std::vector<TensorIndex> bands;
        for (int row = 0; row < grid_.rows; ++row) {
            std::vector<TensorIndex> patches;
            for (int column = 0; column < grid_.columns; ++column)
                patches.push_back(add_patch(row, column));
            patch_.clear();
            const bool last = grid_.rows == 1;
            bands.push_back(join(patches, 2, last ? stage_.output : graph::no_tensor, fmt::format("patches {}", row + 1)));
        }
        if (grid_.rows > 1)
            join(bands, 1, stage_.output, "");
        for (std::size_t i = stage_.end; i < whole_.operators.size(); ++i)
            add(whole_.operators[i]);
        return std::move(result_);
    }

private:
    void add(graph::Operator op)
    {
        result_.graph.operators.push_back(std::move(op));
        result_.patch.push_back(patch_);
    }

    TensorIndex add_tensor(graph::Tensor tensor)
    {
        result_.graph.tensors.push_back(std::move(tensor));
        return static_cast<TensorIndex>(result_.graph.tensors.size() - 1);
    }

    /// Like a tensor of the whole network, of these rows and columns.
    TensorIndex add_part(TensorIndex of, int rows, int columns, const std::string& name)
    {
        graph::Tensor tensor = whole_.tensor(of);
        tensor.name = name;
        tensor.shape[1] = rows;
        tensor.shape[2] = columns;
        return add_tensor(std::move(tensor));
    }

    TensorIndex add_numbers(const std::vector<std::int32_t>& numbers)
    {
        std::vector<std::uint8_t> bytes(numbers.size() * sizeof(std::int32_t));
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
        return add_tensor({"", graph::ElementType::int32, {static_cast<int>(numbers.size())}, {},
            std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))});
    }

    /// Joins along a dimension into `target`, or into a new tensor.
    TensorIndex join(const std::vector<TensorIndex>& parts, int axis, TensorIndex target, const std::string& name)
    {
        if (parts.size() == 1 && target == graph::no_tensor)
            return parts.front();
        std::vector<int> shape = result_.graph.tensor(parts.front()).shape;
        shape[static_cast<std::size_t>(axis)] *= static_cast<int>(parts.size());
        if (target == graph::no_tensor)
            target = add_part(stage_.output, shape[1], shape[2], name);
        CHECK(result_.graph.tensor(target).shape == shape);
        add({OperatorCode::concatenation, parts, {target}, graph::AxisOptions {.axis = axis}});
        return target;
    }

    TensorIndex add_patch(int row, int column)
    {
        patch_ = fmt::format("{},{}", row + 1, column + 1);
        const std::vector<int>& shape = whole_.tensor(stage_.output).shape;
        const int height = shape[1] / grid_.rows, width = shape[2] / grid_.columns;
        need_.clear();
        held_.clear();
        need_[stage_.output] = {{row * height, (row + 1) * height}, {column * width, (column + 1) * width}};
        for (std::size_t i = stage_.end; i-- > stage_.begin;)
            if (auto wanted = need_.find(whole_.operators[i].outputs.at(0)); wanted != need_.end())
                add_need(whole_.operators[i], wanted->second);
        const std::vector<int>& input = whole_.tensor(stage_.input).shape;
        held_[stage_.input] = {stage_.input, {{0, input[1]}, {0, input[2]}}};
        held_[stage_.input] = {cut(stage_.input, need_.at(stage_.input)), need_.at(stage_.input)};
        for (std::size_t i = stage_.begin; i < stage_.end; ++i)
            if (need_.contains(whole_.operators[i].outputs.at(0)))
                add_layer(whole_.operators[i]);
        return held_.at(stage_.output).tensor;
    }

    void add_need(const graph::Operator& op, const Region& output)
    {
        for (TensorIndex tensor : op.inputs) {
            if (tensor == graph::no_tensor || whole_.tensor(tensor).constant())
                continue;
            const Region region = input_region(op, tensor, output);
            auto [known, is_new] = need_.try_emplace(tensor, region);
            if (!is_new)
                known->second = joined(known->second, region);
        }
    }

    Region input_region(const graph::Operator& op, TensorIndex input, const Region& output) const
    {
        if (!is_windowed(op.code))
            return output;
        return {rows_reach(op, input, output).elements, columns_reach(op, input, output).elements};
    }

    Reach rows_reach(const graph::Operator& op, TensorIndex input, const Region& output) const
    {
        const Windows windows = windows_of(whole_, op);
        return reach_of(output.rows, windows.rows, windows.padding.top, whole_.tensor(input).shape[1]);
    }

    Reach columns_reach(const graph::Operator& op, TensorIndex input, const Region& output) const
    {
        const Windows windows = windows_of(whole_, op);
        return reach_of(output.columns, windows.columns, windows.padding.left, whole_.tensor(input).shape[2]);
    }

    void add_layer(const graph::Operator& whole)
    {
        graph::Operator op = whole;
        const TensorIndex output = whole.outputs.at(0);
        const Region region = need_.at(output);
        for (TensorIndex& tensor : op.inputs)
            if (tensor != graph::no_tensor && !whole_.tensor(tensor).constant())
                tensor = cut(tensor, input_region(whole, tensor, region));
        if (is_windowed(whole.code)) {
            const Reach rows = rows_reach(whole, whole.inputs[0], region), columns = columns_reach(whole, whole.inputs[0], region);
            const graph::Margins margins {rows.before, rows.after, columns.before, columns.after};
            if (auto* options = std::get_if<graph::ConvolutionOptions>(&op.options))
                options->padding = margins;
            else
                std::get<graph::PoolOptions>(op.options).padding = margins;
        }
        const TensorIndex part = add_part(output, region.rows.size(), region.columns.size(), part_name(output));
        op.outputs = {part};
        held_[output] = {part, region};
        add(std::move(op));
    }

    std::string part_name(TensorIndex of) const { return fmt::format("{} (patch {})", whole_.tensor(of).name, patch_); }

    /// The region of a tensor that this patch holds a part of.
    TensorIndex cut(TensorIndex whole, const Region& region)
    {
        const Held& held = held_.at(whole);
        if (held.region == region)
            return held.tensor;
        const int top = region.rows.begin - held.region.rows.begin, left = region.columns.begin - held.region.columns.begin;
        const int channels = whole_.tensor(whole).shape[3];
        const TensorIndex part = add_part(whole, region.rows.size(), region.columns.size(), part_name(whole));
        add({OperatorCode::strided_slice,
            {held.tensor, add_numbers({0, top, left, 0}),
                add_numbers({1, top + region.rows.size(), left + region.columns.size(), channels}), add_numbers({1, 1, 1, 1})},
            {part}, graph::StridedSliceOptions {}});
        return part;
    }

    struct Held {
        TensorIndex tensor = graph::no_tensor;
        Region region;
    };

    const graph::ModelGraph& whole_;
    PatchGrid grid_;
    Stage stage_;
    PatchedGraph result_;
    std::string patch_;                 // the one that is being added
    std::map<TensorIndex, Region> need_; // by tensor of the whole network
    std::map<TensorIndex, Held> held_;
};

} // namespace

std::string text_of(const PatchGrid& grid) { return fmt::format("{}x{}@{}", grid.rows, grid.columns, grid.layers); }

PatchGrid parse_patch_grid(std::string_view text)
{
    PatchGrid grid;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    const auto read = [&](int& number, char separator) {
        auto [rest, error] = std::from_chars(at, end, number);
        const bool well = error == std::errc {} && number > 0 && number <= 10000 && (separator == 0 ? rest == end : rest != end && *rest == separator);
        at = separator != 0 && rest != end ? rest + 1 : rest;
        return well;
    };
    if (!read(grid.rows, 'x') || !read(grid.columns, '@') || !read(grid.layers, 0))
        throw base::InputError("--patch", fmt::format("expected ROWSxCOLUMNS@LAYERS, such as 4x4@8, found '{}'", text));
    return grid;
}

PatchedGraph split_into_patches(const graph::ModelGraph& graph, const PatchGrid& grid)
{
    return Splitter(graph, grid).run();
}

std::vector<PatchGrid> possible_grids(const graph::ModelGraph& graph)
{
    constexpr int most_patches_a_side = 5, least_share = 8; // smaller images: borders would cost more than they save
    const Finder finder(graph);
    std::vector<PatchGrid> grids;
    for (int layers : possible_layers(finder)) {
        const Stage stage = finder.stage(*finder.end_of(layers));
        const std::vector<int>& shape = graph.tensor(stage.output).shape;
        if (shape[1] * least_share < graph.tensor(stage.input).shape[1])
            break;
        for (int side = 2; side <= most_patches_a_side; ++side)
            if (shape[1] % side == 0 && shape[2] % side == 0)
                grids.push_back({side, side, layers});
    }
    return grids;
}

} // namespace plan

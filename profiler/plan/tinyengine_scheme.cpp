// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/tinyengine_scheme.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace plan {
namespace {

using graph::OperatorCode;

/// One layer as the scheme sees it. Tensors are numbered apart from the graph's: a depthwise output
/// has its input's number.
struct Layer {
    OperatorCode code {};
    std::vector<std::size_t> inputs;
    std::size_t output = 0;
    std::uint64_t kernel = 1, stride = 1, height = 1, input_channels = 1, output_channels = 1;
    bool convolution() const { return code == OperatorCode::conv_2d || code == OperatorCode::fully_connected; }
    bool depthwise() const { return code == OperatorCode::depthwise_conv_2d; }
};

struct Rectangle {
    std::size_t begin = 0, end = 0; // operators; `end` is the last reader's number and one
    std::uint64_t bytes = 0;
    std::size_t shrinks_behind = std::numeric_limits<std::size_t>::max(); // to a quarter, for later tensors
    std::uint64_t offset = 0;

    std::uint64_t top_for(const Rectangle& later) const
    {
        return offset + (later.begin > shrinks_behind ? (bytes + 3) / 4 : bytes);
    }
};

bool cross(const Rectangle& a, const Rectangle& b)
{
    const auto inside = [](std::size_t at, const Rectangle& r) { return r.begin < at && at < r.end; };
    return inside(a.begin, b) || inside(a.end, b) || inside(b.begin, a) || inside(b.end, a);
}

std::uint64_t first_fit(std::vector<Rectangle> rectangles)
{
    std::ranges::stable_sort(rectangles, std::greater {}, &Rectangle::bytes);
    std::uint64_t top = 0;
    for (std::size_t i = 0; i < rectangles.size(); ++i) {
        Rectangle& one = rectangles[i];
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t j = 0; j < i; ++j) {
                const Rectangle& other = rectangles[j];
                const std::uint64_t end = other.top_for(one);
                if (cross(one, other) && one.offset < end && other.offset < one.offset + one.bytes) {
                    one.offset = end;
                    moved = true;
                }
            }
        }
        top = std::max(top, one.offset + one.bytes);
    }
    return top;
}

bool passed_over(OperatorCode code)
{
    using enum OperatorCode;
    constexpr std::array codes {quantize, dequantize, reshape, squeeze, expand_dims, transpose, softmax, relu, relu6,
        hard_swish, logistic, pad};
    return std::ranges::find(codes, code) != codes.end();
}

class Scheme {
public:
    Scheme(const graph::ModelGraph& graph, const std::optional<PatchGrid>& grid)
        : graph_(graph)
        , grid_(grid)
    {
        if (grid && grid->rows != grid->columns)
            throw base::InputError("--patch " + text_of(*grid), "expected as many rows as columns: TinyEngine has no other");
        if (grid)
            split_into_patches(graph, *grid); // refuses what cannot be
        add_layers();
    }

    TinyEngineFigures figures() const
    {
        TinyEngineFigures result {.arena = first_fit(rectangles())};
        for (const Layer& layer : layers_) {
            const std::uint64_t taps = layer.kernel * layer.kernel, padded = layer.height + 2 * (layer.kernel / 2);
            if (layer.convolution())
                result.image_columns = std::max(result.image_columns, 4 * taps * layer.input_channels);
            if (layer.depthwise())
                result.image_columns = std::max(result.image_columns, 2 * padded * padded);
            if (layer.convolution() && layer.kernel > 1)
                result.wide_weights = std::max(result.wide_weights, 2 * taps * layer.input_channels * layer.output_channels);
            if (layer.convolution())
                result.model_size += taps * layer.input_channels * layer.output_channels + 8 * layer.output_channels;
            if (layer.depthwise())
                result.model_size += taps * layer.output_channels + 8 * layer.output_channels;
        }
        return result;
    }

private:
    std::size_t new_tensor(std::uint64_t bytes)
    {
        bytes_.push_back(bytes);
        return bytes_.size() - 1;
    }

    std::size_t number_of(graph::TensorIndex tensor)
    {
        auto [known, is_new] = numbers_.try_emplace(tensor, 0);
        if (is_new) // the network's input
            known->second = new_tensor(static_cast<std::uint64_t>(graph_.tensor(tensor).elements()));
        return known->second;
    }

    void add_layers()
    {
        if (grid_)
            patch_side_ = patch_input_side();
        for (const graph::Operator& op : graph_.operators) {
            if (op.outputs.size() != 1)
                continue;
            std::vector<graph::TensorIndex> read;
            for (graph::TensorIndex tensor : op.inputs)
                if (tensor != graph::no_tensor && !graph_.tensor(tensor).constant())
                    read.push_back(tensor);
            if (read.empty())
                continue;
            const bool weighted = op.inputs.size() > read.size() && !graph_.tensor(op.outputs[0]).shape.empty();
            const bool with_constant = weighted && std::holds_alternative<graph::ElementwiseOptions>(op.options);
            if (passed_over(op.code) || with_constant)
                numbers_[op.outputs[0]] = number_of(read[0]); // fused: part of a hard sigmoid
            else
                add_layer(op, read);
        }
    }

    bool in_patch() const { return grid_ && layers_.size() < static_cast<std::size_t>(grid_->layers); }

    void add_layer(const graph::Operator& op, const std::vector<graph::TensorIndex>& read)
    {
        const graph::Tensor& output = graph_.tensor(op.outputs[0]);
        Layer layer {.code = op.code, .inputs = {}};
        const bool patch = in_patch();
        if (patch && layers_.empty())
            numbers_[read[0]] = new_tensor(patch_side_ * patch_side_ * static_cast<std::uint64_t>(graph_.tensor(read[0]).shape.back()));
        for (graph::TensorIndex tensor : read)
            layer.inputs.push_back(number_of(tensor));
        layer.output_channels = static_cast<std::uint64_t>(output.shape.back());
        layer.input_channels = static_cast<std::uint64_t>(graph_.tensor(read[0]).shape.back());
        if (const auto* options = std::get_if<graph::ConvolutionOptions>(&op.options)) {
            layer.kernel = static_cast<std::uint64_t>(graph_.tensor(op.inputs[1]).shape[1]);
            layer.stride = static_cast<std::uint64_t>(options->stride_height);
            layer.height = patch ? patch_side_ : static_cast<std::uint64_t>(graph_.tensor(read[0]).shape[1]);
        }
        std::uint64_t bytes = static_cast<std::uint64_t>(output.elements());
        if (patch) {
            patch_side_ = (patch_side_ - layer.kernel + layer.stride) / layer.stride;
            bytes = patch_side_ * patch_side_ * layer.output_channels;
        }
        layer.output = layer.depthwise() ? layer.inputs[0] : new_tensor(bytes);
        numbers_[op.outputs[0]] = layer.output;
        if (grid_ && layers_.size() == static_cast<std::size_t>(grid_->layers)) {
            joined_ = new_tensor(static_cast<std::uint64_t>(graph_.tensor(read[0]).elements()));
            layer.inputs[0] = *joined_;
        }
        layers_.push_back(std::move(layer));
    }

    /// Of an inner patch: back from its output through the layers' windows.
    std::uint64_t patch_input_side() const
    {
        std::vector<const graph::Operator*> counted;
        for (const graph::Operator& op : graph_.operators)
            if (!passed_over(op.code))
                counted.push_back(&op);
        counted.resize(static_cast<std::size_t>(grid_->layers));
        const graph::Tensor& output = graph_.tensor(counted.back()->outputs[0]);
        std::uint64_t side = static_cast<std::uint64_t>(std::max(output.shape[1], output.shape[2]) / grid_->rows);
        for (auto op = counted.rbegin(); op != counted.rend(); ++op)
            if (const auto* options = std::get_if<graph::ConvolutionOptions>(&(*op)->options)) {
                const auto kernel = static_cast<std::uint64_t>(graph_.tensor((*op)->inputs[1]).shape[1]);
                side = options->stride_height == 1 ? side + kernel - 1 : (side - 1) * 2 + kernel;
            }
        return side;
    }

    std::vector<Rectangle> rectangles() const
    {
        std::vector<Rectangle> result;
        std::map<std::size_t, std::size_t> place; // by tensor
        const auto meet = [&](std::size_t tensor, std::size_t layer) {
            auto [known, is_new] = place.try_emplace(tensor, result.size());
            if (is_new)
                result.push_back({.begin = layer, .end = layer + 1, .bytes = bytes_[tensor]});
            result[known->second].end = std::max(result[known->second].end, layer + 1);
        };
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            for (std::size_t tensor : layers_[i].inputs)
                meet(tensor, i);
            if (!place.contains(layers_[i].output))
                meet(layers_[i].output, i);
            if (layers_[i].depthwise() && layers_[i].stride == 2)
                result[place.at(layers_[i].output)].shrinks_behind = i;
        }
        if (joined_) {
            result[place.at(*joined_)].begin = 0;
            result[place.at(*joined_)].end = layers_.size();
        }
        return result;
    }

    const graph::ModelGraph& graph_;
    const std::optional<PatchGrid>& grid_;
    std::uint64_t patch_side_ = 0;
    std::vector<std::uint64_t> bytes_;                       // by number
    std::map<graph::TensorIndex, std::size_t> numbers_;      // of the graph's tensors
    std::vector<Layer> layers_;
    std::optional<std::size_t> joined_;                      // what the patches become
};

} // namespace

TinyEngineFigures tinyengine_figures(const graph::ModelGraph& graph, const std::optional<PatchGrid>& grid)
{
    return Scheme(graph, grid).figures();
}

} // namespace plan

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_architecture.h"

#include "base/check.h"
#include "base/input_error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

namespace networks {
namespace {

using Shape = std::vector<int>;

std::int64_t elements(const Shape& shape)
{
    std::int64_t count = 1;
    for (const int dimension : shape)
        count *= dimension;
    return count;
}

bool has_weights(LayerKind kind)
{
    return kind == LayerKind::convolution || kind == LayerKind::depthwise
        || kind == LayerKind::fully_connected;
}

/// Walks the layers with what is known of those before.
class ShapeRules {
public:
    explicit ShapeRules(const Architecture& architecture)
        : architecture_(architecture)
    {
    }

    std::vector<Shape> run()
    {
        for (const Layer& layer : architecture_.layers)
            shapes_.push_back(shape_of(layer));
        return std::move(shapes_);
    }

private:
    const Shape& input(const Layer& layer, std::size_t index = 0) const
    {
        const int from = layer.inputs.at(index);
        return from == network_input ? architecture_.input_shape
                                     : shapes_.at(static_cast<std::size_t>(from));
    }

    [[noreturn]] void refuse(const Layer& layer, const std::string& what) const
    {
        throw base::InputError(fmt::format("network '{}'", architecture_.name),
            fmt::format("{}: {}", layer.name, what));
    }

    const Shape& image(const Layer& layer) const
    {
        const Shape& in = input(layer);
        if (in.size() != 3)
            refuse(layer,
                fmt::format("expected rows, columns and channels, found {}", fmt::join(in, "x")));
        return in;
    }

    int slid(const Layer& layer, int in, int kernel, int stride) const
    {
        if (layer.kind != LayerKind::max_pool && architecture_.padding == PaddingStyle::same)
            return (in + stride - 1) / stride;
        const int padded = in + (layer.kind == LayerKind::max_pool ? 0 : kernel / 2 * 2);
        if (padded < kernel)
            refuse(layer,
                fmt::format("a window of {} is larger than the {} elements it slides over", kernel,
                    padded));
        return (padded - kernel) / stride + 1;
    }

    Shape shape_of(const Layer& layer) const
    {
        switch (layer.kind) {
        case LayerKind::convolution:
        case LayerKind::depthwise:
        case LayerKind::max_pool: {
            const Shape& in = image(layer);
            const int channels
                = layer.kind == LayerKind::convolution ? layer.channels : in[2] * layer.multiplier;
            return {slid(layer, in[0], layer.kernel.height, layer.stride.height),
                slid(layer, in[1], layer.kernel.width, layer.stride.width), channels};
        }
        case LayerKind::fully_connected:
            return {layer.channels};
        case LayerKind::add:
            if (input(layer) != input(layer, 1))
                refuse(layer,
                    fmt::format("cannot add {} and {}", fmt::join(input(layer), "x"),
                        fmt::join(input(layer, 1), "x")));
            return input(layer);
        case LayerKind::average:
            return {1, 1, image(layer)[2]};
        case LayerKind::upsample:
            return {2 * image(layer)[0], 2 * image(layer)[1], image(layer)[2]};
        case LayerKind::flatten:
            return {static_cast<int>(elements(input(layer)))};
        case LayerKind::multiply:
        case LayerKind::hard_swish:
        case LayerKind::hard_sigmoid:
        case LayerKind::softmax:
            return input(layer);
        }
        CHECK(!"layer kind out of range");
        return {};
    }

    const Architecture& architecture_;
    std::vector<Shape> shapes_;
};

} // namespace

std::vector<Shape> shapes_of(const Architecture& architecture)
{
    return ShapeRules(architecture).run();
}

NetworkSize size_of(const Architecture& architecture)
{
    const std::vector<Shape> shapes = shapes_of(architecture);
    const auto shape = [&](int layer) -> const Shape& {
        return layer == network_input ? architecture.input_shape
                                      : shapes[static_cast<std::size_t>(layer)];
    };
    NetworkSize size;
    // Who needs a value last; the input's is at 0, flattened values are the same bytes.
    const auto count = static_cast<int>(architecture.layers.size());
    std::vector<int> storage {0}, last(architecture.layers.size() + 1, -1);
    for (int i = 0; i < count; ++i) {
        const Layer& layer = architecture.layers[static_cast<std::size_t>(i)];
        for (const int input : layer.inputs)
            last[static_cast<std::size_t>(storage[static_cast<std::size_t>(input + 1)])] = i;
        storage.push_back(layer.kind == LayerKind::flatten
                ? storage[static_cast<std::size_t>(layer.inputs[0] + 1)]
                : i + 1);
        if (!has_weights(layer.kind))
            continue;
        const std::int64_t inputs = layer.kind == LayerKind::depthwise ? 1
            : layer.kind == LayerKind::convolution                     ? shape(layer.inputs[0])[2]
                                                   : elements(shape(layer.inputs[0]));
        const std::int64_t window
            = std::int64_t {layer.kernel.height} * layer.kernel.width * inputs;
        const std::int64_t channels = shape(i).back();
        size.macs += elements(shape(i)) * window;
        size.parameters += channels * (window + 1);
        size.weight_bytes += channels * (window + 4);
    }
    for (const int output : architecture.outputs)
        last[static_cast<std::size_t>(storage[static_cast<std::size_t>(output + 1)])] = count - 1;

    for (int i = 0; i < count; ++i) {
        std::int64_t alive = 0;
        for (int value = 0; value <= i + 1; ++value) {
            const bool own = storage[static_cast<std::size_t>(value)] == value;
            if (own && (value == i + 1 || last[static_cast<std::size_t>(value)] >= i))
                alive += elements(shape(value - 1));
        }
        size.activation_bytes = std::max(size.activation_bytes, alive);
    }
    return size;
}

} // namespace networks

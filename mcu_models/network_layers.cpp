// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_layers.h"

#include <utility>

namespace networks {

int LayerList::add(Layer layer)
{
    layers_.push_back(std::move(layer));
    return static_cast<int>(layers_.size()) - 1;
}

int LayerList::activated(Layer layer, Nonlinearity activation)
{
    if (activation != Nonlinearity::hard_swish) {
        layer.target = activation == Nonlinearity::relu6 ? Target::relu6 : Target::relu;
        return add(std::move(layer));
    }
    layer.target = Target::before_swish;
    const std::string name = layer.name + "/hard_swish";
    const int sums = add(std::move(layer));
    return add({.kind = LayerKind::hard_swish, .name = name, .inputs = {sums}});
}

int LayerList::convolution(const std::string& name, int in, Extent2 kernel, Extent2 stride,
    int channels, Nonlinearity activation)
{
    return activated({.kind = LayerKind::convolution,
                         .name = name,
                         .inputs = {in},
                         .kernel = kernel,
                         .stride = stride,
                         .channels = channels},
        activation);
}

int LayerList::depthwise(const std::string& name, int in, Extent2 kernel, Extent2 stride,
    int multiplier, Nonlinearity activation)
{
    return activated({.kind = LayerKind::depthwise,
                         .name = name,
                         .inputs = {in},
                         .kernel = kernel,
                         .stride = stride,
                         .multiplier = multiplier},
        activation);
}

int LayerList::projection(const std::string& name, int in, int channels, Target target)
{
    return add({.kind = LayerKind::convolution,
        .name = name,
        .inputs = {in},
        .channels = channels,
        .target = target});
}

int LayerList::squeeze_and_excite(
    const std::string& name, int in, int channels, int squeeze, Nonlinearity activation)
{
    // The inner layer is never a hard swish (MobileNetV3, section 5.3).
    const Nonlinearity inner
        = activation == Nonlinearity::relu6 ? Nonlinearity::relu6 : Nonlinearity::relu;
    const int mean = add({.kind = LayerKind::average, .name = name + "/average", .inputs = {in}});
    const int squeezed = convolution(name + "/squeeze", mean, {}, {}, squeeze, inner);
    const int excited = projection(name + "/excite", squeezed, channels, Target::before_gate);
    const int gate
        = add({.kind = LayerKind::hard_sigmoid, .name = name + "/gate", .inputs = {excited}});
    return add({.kind = LayerKind::multiply, .name = name + "/scale", .inputs = {in, gate}});
}

int LayerList::block(const std::string& name, int in, const Block& block)
{
    int out = in;
    if (block.expands)
        out = convolution(name + "/expand", out, {}, {}, block.hidden, block.activation);
    if (block.kernel > 0)
        out = depthwise(name + "/depthwise", out, {block.kernel, block.kernel},
            {block.stride, block.stride}, 1, block.activation);
    if (block.squeeze > 0)
        out = squeeze_and_excite(
            name + "/squeeze_excite", out, block.hidden, block.squeeze, block.activation);
    out = block.linear
        ? projection(name + "/project", out, block.channels)
        : convolution(name + "/project", out, {}, {}, block.channels, block.activation);
    if (block.residual)
        out = add({.kind = LayerKind::add, .name = name + "/add", .inputs = {in, out}});
    return out;
}

} // namespace networks

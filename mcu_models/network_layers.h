// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_architecture.h"

#include <string>
#include <vector>

/// Private to the library `networks`: what mobile networks repeat, written out as layers.
namespace networks {

enum class Nonlinearity { relu6, relu, hard_swish };

/// [1x1 to `hidden` if it expands], [depthwise], [squeeze and excite], 1x1 to `channels`. Each but
/// the last is followed by `activation`.
struct Block {
    int kernel = 3; // 0: no depthwise convolution
    int stride = 1;
    int hidden = 0; // channels of the depthwise convolution
    int channels = 0;
    int squeeze = 0; // channels inside squeeze and excite; 0: none
    Nonlinearity activation = Nonlinearity::relu6;
    bool expands = false;
    bool linear = true;    // the last 1x1; else `activation`
    bool residual = false; // adds its input
};

/// Layers in the order they are added; each function returns the index of its result.
class LayerList {
public:
    int add(Layer layer);
    /// A hard swish becomes a layer of its own.
    int convolution(const std::string& name, int in, Extent2 kernel, Extent2 stride, int channels,
        Nonlinearity activation);
    int depthwise(const std::string& name, int in, Extent2 kernel, Extent2 stride, int multiplier,
        Nonlinearity activation);
    /// 1x1 without an activation.
    int projection(const std::string& name, int in, int channels, Target target = Target::linear);
    int block(const std::string& name, int in, const Block& block);
    /// Times a number from 0 to 1 for each of `channels` channels, which the channels' averages
    /// decide.
    int squeeze_and_excite(
        const std::string& name, int in, int channels, int squeeze, Nonlinearity activation);

    const std::vector<Layer>& layers() const { return layers_; }

private:
    int activated(Layer layer, Nonlinearity activation);

    std::vector<Layer> layers_;
};

} // namespace networks

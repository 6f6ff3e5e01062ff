// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

/// Private to the library `networks`: a network as numbers, before it has weights.
namespace networks {

/// How a window of `kernel` elements is padded: as TensorFlow does (SAME), or kernel / 2 on every
/// side.
enum class PaddingStyle { same, symmetric };

/// [1x1 to `hidden`, ReLU6 if it expands], depthwise, ReLU6, 1x1 to `channels`.
struct Block {
    int kernel = 3, stride = 1;
    int hidden = 0; // channels of the depthwise convolution
    int channels = 0;
    bool expands = false;
    bool linear = true;    // the last 1x1; else ReLU6
    bool residual = false; // adds its input
};

struct Architecture {
    std::string name;   // as it was asked for
    int resolution = 0; // rows and columns of the RGB input
    PaddingStyle padding = PaddingStyle::same;
    float input_scale = 1;
    int input_zero_point = 0;
    int stem_channels = 0; // 3x3, stride 2, ReLU6
    std::vector<Block> blocks;
    int last_channels = 0; // 1x1 and ReLU6 before pooling; 0: none
    int classes = 0;
    bool head_is_convolution = false; // the fully connected layer as 1x1 convolution
    bool softmax = false;
};

} // namespace networks

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Private to the library `networks`: a network as numbers, before it has weights.
namespace networks {

/// How a window of `kernel` elements is padded: as TensorFlow does (SAME), or kernel / 2 on every
/// side.
enum class PaddingStyle { same, symmetric };

enum class LayerKind {
    convolution,
    depthwise,
    fully_connected,
    add,
    multiply, // the second operand may be one value a channel
    hard_swish,
    hard_sigmoid,
    max_pool, // without padding
    average,  // over rows and columns
    upsample, // doubles rows and columns
    flatten,
    softmax,
};

/// What the sums of a layer are brought to. `before_swish` and `before_gate`: linear, and a hard
/// swish or hard sigmoid follows. `logits`: linear, the network's answer.
enum class Target { relu6, relu, linear, before_swish, before_gate, logits };

struct Extent2 {
    int height = 1, width = 1;
};

/// Index of the network's input among the inputs of a layer.
inline constexpr int network_input = -1;

/// One operator, two for a hard sigmoid.
struct Layer {
    LayerKind kind {};
    std::string name {};
    std::vector<int> inputs {}; // earlier layers, or network_input
    Extent2 kernel {}, stride {};
    int channels = 0; // of convolutions and fully connected layers; 0: as many as there are classes
    int multiplier = 1;             // outputs of a depthwise convolution per channel
    Target target = Target::linear; // of layers with weights; relu or linear of an addition
};

struct Architecture {
    std::string name;             // as it was asked for
    std::vector<int> input_shape; // rows, columns, channels; or features
    PaddingStyle padding = PaddingStyle::same;
    float input_scale = 1;
    int input_zero_point = 0;
    std::vector<Layer> layers;
    std::vector<int> outputs; // layers
};

/// What a network costs whatever kernels run it.
struct NetworkSize {
    std::int64_t macs = 0;
    std::int64_t parameters = 0;       // weights, and a bias for each output channel
    std::int64_t weight_bytes = 0;     // int8 weights and int32 biases
    std::int64_t activation_bytes = 0; // the most that is alive in a layer: its inputs, its outputs
                                       // and what later layers still need
};

/// Shape of the outputs of layers, in their order: rows, columns, channels; or features.
/// InputError: a window that is larger than what it slides over, shapes that cannot be added.
std::vector<std::vector<int>> shapes_of(const Architecture& architecture);
NetworkSize size_of(const Architecture& architecture);

} // namespace networks

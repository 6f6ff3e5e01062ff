// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/check.h"
#include "mcu_models/graph/requantize.h"
#include "profiler/plan/parameter_families.h"

#include <algorithm>

namespace plan {
namespace {

/// Steps in elements through `tensor` for an output of `shape`; 0 where it is broadcast.
std::vector<std::int64_t> broadcast_strides(
    const graph::Tensor& tensor, const std::vector<std::int64_t>& shape)
{
    std::vector<std::int64_t> own = shape_of_four(tensor);
    std::vector<std::int64_t> strides(rank_limit, 0);
    std::int64_t stride = 1;
    for (std::size_t i = rank_limit; i-- > 0;) {
        if (own[i] != 1 || shape[i] == 1)
            strides[i] = stride;
        stride *= own[i];
    }
    return strides;
}

void add_sum_multipliers(Parameters& parameters, const Subject& subject)
{
    const int left_shift = subject.output().type == graph::ElementType::int16 ? 15 : 20;
    const double twice_larger = 2 * std::max(scale(subject.input(0)), scale(subject.input(1)));
    parameters.push_back({"left_shift", left_shift});
    add_fixed_point(parameters, "input_1_", scale(subject.input(0)) / twice_larger);
    add_fixed_point(parameters, "input_2_", scale(subject.input(1)) / twice_larger);
    add_fixed_point(parameters, "output_",
        twice_larger / (static_cast<double>(1 << left_shift) * scale(subject.output())));
}

void add_product_multiplier(Parameters& parameters, const Subject& subject)
{
    add_fixed_point(parameters, "output_",
        scale(subject.input(0)) * scale(subject.input(1)) / scale(subject.output()));
}

std::vector<std::int64_t> reduced_axes(const graph::Tensor& axes, const graph::Tensor& input)
{
    std::vector<std::int64_t> reduce(rank_limit, 0);
    const auto rank = static_cast<std::int64_t>(input.shape.size());
    for (std::int64_t axis : constant_integers(axes)) {
        std::int64_t from_front = axis < 0 ? axis + rank : axis;
        CHECK(from_front >= 0 && from_front < rank);
        reduce[rank_limit - static_cast<std::size_t>(rank - from_front)] = 1;
    }
    return reduce;
}

} // namespace

Parameters elementwise_parameters(const Subject& subject)
{
    const graph::Tensor& output = subject.output();
    const bool broadcast
        = subject.input(0).shape != output.shape || subject.input(1).shape != output.shape;
    std::vector<std::int64_t> flat {1, 1, 1, output.elements()}, last {0, 0, 0, 1};
    std::vector<std::int64_t> shape = broadcast ? shape_of_four(output) : flat;
    Parameters parameters {
        {"broadcast", broadcast ? 1 : 0},
        {"elements", output.elements()},
        {"output_shape", shape},
        {"input_1_strides", broadcast ? broadcast_strides(subject.input(0), shape) : last},
        {"input_2_strides", broadcast ? broadcast_strides(subject.input(1), shape) : last},
        {"input_1_offset", -zero_point(subject.input(0))},
        {"input_2_offset", -zero_point(subject.input(1))},
        {"output_offset", zero_point(output)},
    };
    if (subject.op.code == graph::OperatorCode::mul)
        add_product_multiplier(parameters, subject);
    else
        add_sum_multipliers(parameters, subject);
    add_activation(parameters, subject.op.as<graph::ElementwiseOptions>().activation, output);
    parameters.push_back({"input_1", subject.input_pointer(0)});
    parameters.push_back({"input_2", subject.input_pointer(1)});
    parameters.push_back({"output", subject.output_pointer()});
    return parameters;
}

Parameters mean_parameters(const Subject& subject)
{
    std::vector<std::int64_t> shape = shape_of_four(subject.input());
    std::vector<std::int64_t> reduce = reduced_axes(subject.input(1), subject.input());
    std::int64_t count = 1;
    for (std::size_t i = 0; i < rank_limit; ++i)
        count *= reduce[i] ? shape[i] : 1;

    // TensorFlow Lite Micro divides the multiplier instead of each sum; the quotient is cut, not
    // rounded.
    graph::FixedPoint factor = graph::fixed_point(scale(subject.input()) / scale(subject.output()));
    int shift = 0;
    while (shift < 32 && shift < 31 + factor.shift && (std::int64_t {2} << shift) <= count)
        ++shift;
    Parameters parameters {
        {"input_shape", shape},
        {"reduce", reduce},
        {"divisor", 1},
        {"input_offset", -zero_point(subject.input())},
        {"output_offset", zero_point(subject.output())},
        {"multiplier", (std::int64_t {factor.multiplier} << shift) / count},
        {"shift", factor.shift - shift},
    };
    add_activation(parameters, graph::Activation::none, subject.output());
    parameters.push_back({"input", subject.input_pointer()});
    parameters.push_back({"output", subject.output_pointer()});
    return parameters;
}

Parameters pool_parameters(const Subject& subject)
{
    const auto& options = subject.op.as<graph::PoolOptions>();
    const std::vector<int>& input = subject.input().shape;
    const std::vector<int>& output = subject.output().shape;
    require_shared_quantization(subject);
    Parameters parameters {
        {"batches", input.at(0)},
        {"input_height", input.at(1)},
        {"input_width", input.at(2)},
        {"channels", input.at(3)},
        {"output_height", output.at(1)},
        {"output_width", output.at(2)},
        {"kernel_height", options.filter_height},
        {"kernel_width", options.filter_width},
        {"stride_height", options.stride_height},
        {"stride_width", options.stride_width},
        {"padding_top", options.padding.top},
        {"padding_left", options.padding.left},
    };
    add_activation(parameters, options.activation, subject.output());
    parameters.push_back({"input", subject.input_pointer()});
    parameters.push_back({"output", subject.output_pointer()});
    return parameters;
}

} // namespace plan

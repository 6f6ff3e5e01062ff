// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/rules.h"

#include <algorithm>
#include <initializer_list>

namespace graph {
namespace {

using enum OperatorCode;
using enum ElementType;

bool among(ElementType type, std::initializer_list<ElementType> types)
{
    return std::ranges::count(types, type) > 0;
}

bool moves_data(OperatorCode code)
{
    constexpr std::array movers
        = {reshape, squeeze, expand_dims, transpose, strided_slice, split, pack};
    return std::ranges::count(movers, code) > 0;
}

/// The types TensorFlow Lite has the operator for, as far as ModelGraph holds them.
bool computes_on(OperatorCode code, ElementType type)
{
    if (type == float32)
        return moves_data(code);
    if (type == int16)
        return code != hard_swish;
    return among(type, {int8, uint8});
}

void activations_are_of_one_type(const OperatorView& view)
{
    const ElementType type = view.activation().type;
    view.require(type != float32 || moves_data(view.code()),
        "computes on float32; only QUANTIZE, DEQUANTIZE and what moves data may: is the network "
        "fully quantized?");
    view.require(computes_on(view.code(), type), "not supported for {}", name_of(type));
    for (std::size_t i = 0; i < view.op().outputs.size(); ++i)
        view.require(view.output(i).type == type, "input is {} and output {}", name_of(type),
            name_of(view.output(i).type));
}

void all_inputs_are_of_one_type(const OperatorView& view)
{
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i)
        view.require(view.input(i).type == view.input().type, "inputs are {} and {}",
            name_of(view.input().type), name_of(view.input(i).type));
}

void weights_are_constants_of_matching_type(const OperatorView& view)
{
    const ElementType expected = view.input().type == uint8 ? uint8 : int8;
    view.require(
        view.input(1).constant(), "weights are computed by the network; they must be constant");
    view.require(view.input(1).type == expected, "weights of {} with activations of {}",
        name_of(view.input(1).type), name_of(view.input().type));
    if (!view.has_input(2))
        return;
    const ElementType bias = view.input(2).type;
    view.require(view.input(2).constant(), "bias is computed by the network; it must be constant");
    view.require(bias == int32 || (bias == int64 && view.input().type == int16),
        "bias of {} with activations of {}", name_of(bias), name_of(view.input().type));
}

/// Axes, paddings, sizes: what decides shapes has to be known.
void shape_inputs_are_constant_int32(const OperatorView& view)
{
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
        if (i == view.activation_input())
            continue;
        const Tensor& tensor = view.input(i);
        view.require(tensor.constant() && tensor.type == int32,
            "input {} decides a shape; it must be constant int32 and is {}{}", i,
            tensor.constant() ? "" : "computed ", name_of(tensor.type));
    }
}

void quantizes_between_known_types(const OperatorView& view)
{
    const ElementType from = view.input().type;
    const ElementType to = view.output().type;
    view.require(among(from, {int8, uint8, int16, float32}) && among(to, {int8, uint8, int16}),
        "from {} to {} is not supported", name_of(from), name_of(to));
}

void dequantizes_to_float(const OperatorView& view)
{
    const ElementType from = view.input().type;
    const ElementType to = view.output().type;
    view.require(among(from, {int8, uint8, int16}) && to == float32,
        "from {} to {} is not supported", name_of(from), name_of(to));
}

} // namespace

void check_types(const OperatorView& view)
{
    switch (view.code()) {
    case quantize:
        return quantizes_between_known_types(view);
    case dequantize:
        return dequantizes_to_float(view);
    case conv_2d:
    case depthwise_conv_2d:
    case fully_connected:
        activations_are_of_one_type(view);
        return weights_are_constants_of_matching_type(view);
    case add:
    case sub:
    case mul:
    case concatenation:
    case pack:
        activations_are_of_one_type(view);
        return all_inputs_are_of_one_type(view);
    default:
        activations_are_of_one_type(view);
        return shape_inputs_are_constant_int32(view);
    }
}

} // namespace graph

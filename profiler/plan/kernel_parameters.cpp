// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/kernel_parameters.h"

#include "base/check.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/requantize.h"
#include "profiler/plan/parameter_families.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace plan {
namespace {

struct Family {
    std::string_view parameters;
    Parameters (*fill)(const Subject&);
};

constexpr std::array families {
    Family {"convolution", convolution_parameters},
    Family {"fully_connected", fully_connected_parameters},
    Family {"pool", pool_parameters},
    Family {"elementwise", elementwise_parameters},
    Family {"mean", mean_parameters},
    Family {"pad", pad_parameters},
    Family {"concatenation", concatenation_parameters},
    Family {"split", split_parameters},
    Family {"strided_copy", strided_copy_parameters},
    Family {"resize_nearest_neighbor", resize_nearest_neighbor_parameters},
    Family {"resize_bilinear", resize_bilinear_parameters},
    Family {"softmax", softmax_parameters},
    Family {"lookup", lookup_parameters},
    Family {"logistic", logistic_parameters},
    Family {"requantize", requantize_parameters},
    Family {"quantize", quantize_parameters},
    Family {"dequantize", dequantize_parameters},
};

template <class Integer>
std::vector<std::int64_t> integers_in(const std::vector<std::uint8_t>& bytes)
{
    std::vector<std::int64_t> result;
    for (std::size_t offset = 0; offset + sizeof(Integer) <= bytes.size();
         offset += sizeof(Integer)) {
        Integer value;
        std::memcpy(&value, bytes.data() + offset, sizeof value);
        result.push_back(value);
    }
    return result;
}

} // namespace

graph::TensorIndex activation_input(const graph::Operator& op)
{
    return op.code == graph::OperatorCode::split ? op.inputs.back() : op.inputs.front();
}

Parameters parameters_for(const KernelRow& row, const graph::ModelGraph& graph,
    const graph::Operator& op, TableSet& tables)
{
    auto family = std::ranges::find(families, row.parameters, &Family::parameters);
    CHECK(family != families.end());
    return family->fill({row, graph, op, tables});
}

Parameters facts_for(const KernelRow& row, const graph::ModelGraph& graph,
    const graph::Operator& op, TableSet& tables)
{
    if (!row.weight || *row.weight != graph::ElementType::int8
        || graph.tensor(op.inputs.at(0)).type != graph::ElementType::int8)
        return {};
    return weighted_facts({row, graph, op, tables});
}

std::int64_t zero_point(const graph::Tensor& tensor)
{
    return tensor.quantization.zero_point.empty() ? 0 : tensor.quantization.zero_point.front();
}

double scale(const graph::Tensor& tensor)
{
    if (tensor.quantization.scale.size() != 1 || !(tensor.quantization.scale.front() > 0))
        throw Unsupported(fmt::format("tensor '{}' has no scale of its own", tensor.name));
    return tensor.quantization.scale.front();
}

void require_shared_quantization(const Subject& subject)
{
    constexpr double tolerance = 1e-6; // TensorFlow Lite's own
    if (std::abs(scale(subject.input()) - scale(subject.output())) > tolerance
        || zero_point(subject.input()) != zero_point(subject.output()))
        throw Unsupported("input and output with different quantization");
}

std::vector<std::int64_t> constant_integers(const graph::Tensor& tensor)
{
    if (!tensor.constant())
        throw Unsupported(fmt::format("tensor '{}' is not constant", tensor.name));
    if (tensor.type == graph::ElementType::int64)
        return integers_in<std::int64_t>(*tensor.data);
    if (tensor.type == graph::ElementType::int32)
        return integers_in<std::int32_t>(*tensor.data);
    throw Unsupported(fmt::format("tensor '{}' holds no int32 or int64", tensor.name));
}

std::vector<std::int64_t> shape_of_four(const graph::Tensor& tensor)
{
    if (tensor.shape.size() > rank_limit)
        throw Unsupported(
            fmt::format("{} dimensions, at most {}", tensor.shape.size(), rank_limit));
    std::vector<std::int64_t> shape(rank_limit - tensor.shape.size(), 1);
    shape.insert(shape.end(), tensor.shape.begin(), tensor.shape.end());
    return shape;
}

std::int64_t product(const std::vector<int>& shape, std::size_t begin, std::size_t end)
{
    std::int64_t result = 1;
    for (std::size_t i = begin; i < end; ++i)
        result *= shape.at(i);
    return result;
}

void add_fixed_point(Parameters& parameters, const std::string& prefix, double real)
{
    graph::FixedPoint factor = graph::fixed_point(real);
    if (factor.shift > 30)
        throw Unsupported(fmt::format("a scale ratio of {} is too large", real));
    parameters.push_back({prefix + "multiplier", factor.multiplier});
    parameters.push_back({prefix + "shift", factor.shift});
}

void add_activation(
    Parameters& parameters, graph::Activation activation, const graph::Tensor& output)
{
    auto [lowest, highest] = graph::activation_range(activation, output);
    parameters.push_back({"activation_min", lowest});
    parameters.push_back({"activation_max", highest});
}

std::int64_t element_of(graph::ElementType type)
{
    switch (type) {
    case graph::ElementType::int8:
        return 0;
    case graph::ElementType::uint8:
        return 1;
    case graph::ElementType::int16:
        return 2;
    default:
        throw Unsupported(fmt::format("{} elements", graph::name_of(type)));
    }
}

TablePointer lookup_table(const Subject& subject, std::size_t index)
{
    // The operator alone, on a tensor that holds every byte once.
    graph::ModelGraph alone;
    alone.tensors = {subject.input(index), subject.output()};
    alone.operators = {subject.op};
    alone.operators[0].inputs = alone.inputs = {0};
    alone.operators[0].outputs = alone.outputs = {1};
    if (auto* axis = std::get_if<graph::AxisOptions>(&alone.operators[0].options))
        axis->axis = 0;

    std::vector<std::uint8_t> every_byte(256);
    std::iota(every_byte.begin(), every_byte.end(), std::uint8_t {0});
    for (graph::Tensor& tensor : alone.tensors) {
        CHECK(graph::size_of(tensor.type) == 1);
        tensor.shape = {256};
        tensor.data = nullptr;
    }
    std::vector<graph::TensorBytes> result
        = graph::interpret_operator(alone, alone.operators[0], {std::span(every_byte)});
    return subject.tables.add("uint8_t", {result.at(0).begin(), result.at(0).end()});
}

} // namespace plan

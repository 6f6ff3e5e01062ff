// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/interpreter_step.h"

#include "base/check.h"
#include "base/input_error.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

namespace graph {
namespace {

template <class Stored, class Value>
std::vector<Value> read_as(std::span<const std::uint8_t> bytes)
{
    std::vector<Value> values(bytes.size() / sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
        values[i] = static_cast<Value>(stored);
    }
    return values;
}

template <class Value>
std::vector<Value> read_integers(const Step& step, std::size_t index)
{
    const std::span<const std::uint8_t> bytes = step.bytes.at(index);
    switch (step.input(index).type) {
    case ElementType::int8:
        return read_as<std::int8_t, Value>(bytes);
    case ElementType::uint8:
    case ElementType::boolean:
        return read_as<std::uint8_t, Value>(bytes);
    case ElementType::int16:
        return read_as<std::int16_t, Value>(bytes);
    case ElementType::int32:
        return read_as<std::int32_t, Value>(bytes);
    case ElementType::int64:
        return read_as<std::int64_t, Value>(bytes);
    case ElementType::float32:
        break;
    }
    step.refuse(fmt::format("input {} is float32, expected integers", index));
}

template <class Stored>
TensorBytes write_as(std::span<const std::int32_t> values)
{
    TensorBytes bytes(values.size() * sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stored = static_cast<Stored>(values[i]);
        CHECK(stored == values[i]);
        std::memcpy(bytes.data() + i * sizeof(Stored), &stored, sizeof(Stored));
    }
    return bytes;
}

} // namespace

std::vector<std::int32_t> Step::integers(std::size_t index) const
{
    return read_integers<std::int32_t>(*this, index);
}

std::vector<std::int64_t> Step::long_integers(std::size_t index) const
{
    return read_integers<std::int64_t>(*this, index);
}

std::vector<float> Step::reals(std::size_t index) const
{
    if (input(index).type != ElementType::float32)
        refuse(fmt::format("input {} is {}, expected float32", index, name_of(input(index).type)));
    return read_as<float, float>(bytes.at(index));
}

void Step::refuse(const std::string& what) const
{
    std::size_t index = 0;
    while (index < graph.operators.size() && &graph.operators[index] != &op)
        ++index;
    throw base::InputError(
        fmt::format("{}: operator {} ({})", graph.name, index, info_of(op.code).tflite_name), what);
}

float scale_of(const Tensor& tensor)
{
    if (tensor.quantization.scale.empty())
        throw base::InputError(
            "tensor '" + tensor.name + "'", "expected a quantized tensor, found no scale");
    return tensor.quantization.scale[0];
}

std::int32_t zero_point_of(const Tensor& tensor)
{
    return tensor.quantization.zero_point.empty()
        ? 0
        : static_cast<std::int32_t>(tensor.quantization.zero_point[0]);
}

bool holds_activations(ElementType type)
{
    return type == ElementType::int8 || type == ElementType::uint8 || type == ElementType::int16;
}

TensorBytes stored_as(ElementType type, std::span<const std::int32_t> values)
{
    switch (type) {
    case ElementType::int8:
        return write_as<std::int8_t>(values);
    case ElementType::uint8:
        return write_as<std::uint8_t>(values);
    case ElementType::int16:
        return write_as<std::int16_t>(values);
    default:
        CHECK(type == ElementType::int32);
        return write_as<std::int32_t>(values);
    }
}

TensorBytes stored_as(std::span<const float> values)
{
    TensorBytes bytes(values.size_bytes());
    if (!values.empty())
        std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

Extent extent_of(const Tensor& tensor)
{
    Extent extent;
    int* const dimensions[] = {&extent.channels, &extent.width, &extent.height, &extent.batch};
    CHECK(tensor.shape.size() <= std::size(dimensions));
    for (std::size_t i = 0; i < tensor.shape.size(); ++i)
        *dimensions[i] = tensor.shape[tensor.shape.size() - 1 - i];
    return extent;
}

} // namespace graph

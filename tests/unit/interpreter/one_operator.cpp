// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/interpreter/one_operator.h"

#include "base/check.h"

#include <cstring>
#include <memory>

namespace {

template <class Stored>
graph::TensorBytes write(const std::vector<double>& values)
{
    graph::TensorBytes bytes(values.size() * sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stored = static_cast<Stored>(values[i]);
        std::memcpy(bytes.data() + i * sizeof stored, &stored, sizeof stored);
    }
    return bytes;
}

template <class Stored>
std::vector<double> read(const graph::TensorBytes& bytes)
{
    std::vector<double> values;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(Stored)) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + at, sizeof stored);
        values.push_back(static_cast<double>(stored));
    }
    return values;
}

/// Calls `use` with a value of the C++ type of `type`.
template <class Use>
auto with_type(graph::ElementType type, Use use)
{
    switch (type) {
    case graph::ElementType::int8:
        return use(std::int8_t {});
    case graph::ElementType::uint8:
    case graph::ElementType::boolean:
        return use(std::uint8_t {});
    case graph::ElementType::int16:
        return use(std::int16_t {});
    case graph::ElementType::int32:
        return use(std::int32_t {});
    case graph::ElementType::int64:
        return use(std::int64_t {});
    case graph::ElementType::float32:
        break;
    }
    return use(float {});
}

} // namespace

OneOperator::OneOperator(graph::OperatorCode code, graph::OperatorOptions options)
{
    graph_.name = "test";
    graph_.operators = {{code, {}, {}, std::move(options)}};
}

OneOperator& OneOperator::input(graph::ElementType type, std::vector<int> shape,
    std::vector<double> values, float scale, std::int64_t zero_point)
{
    graph::Tensor tensor;
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.quantization = {{scale}, {zero_point}, 0};
    tensor.data = std::make_shared<const graph::TensorBytes>(
        with_type(type, [&](auto stored) { return write<decltype(stored)>(values); }));
    CHECK(static_cast<std::size_t>(tensor.bytes()) == tensor.data->size());
    graph_.operators[0].inputs.push_back(static_cast<graph::TensorIndex>(graph_.tensors.size()));
    graph_.tensors.push_back(std::move(tensor));
    return *this;
}

OneOperator& OneOperator::output(
    graph::ElementType type, std::vector<int> shape, float scale, std::int64_t zero_point)
{
    graph::Tensor tensor;
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.quantization = {{scale}, {zero_point}, 0};
    graph_.operators[0].outputs.push_back(static_cast<graph::TensorIndex>(graph_.tensors.size()));
    graph_.outputs = graph_.operators[0].outputs;
    graph_.tensors.push_back(std::move(tensor));
    return *this;
}

std::vector<double> OneOperator::run(std::size_t index)
{
    const graph::Interpretation result = graph::interpret(graph_, {});
    const graph::TensorIndex output = graph_.operators[0].outputs.at(index);
    return with_type(graph_.tensor(output).type,
        [&](auto stored) { return read<decltype(stored)>(result.outputs[0].at(index)); });
}

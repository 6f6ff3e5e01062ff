// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/constant_values.h"

#include "base/check.h"

#include <bit>
#include <cstring>

namespace graph {

static_assert(std::endian::native == std::endian::little, "tensor data is little-endian");
static_assert(sizeof(int) == 4);

namespace {

template <class Element>
std::vector<Element> values_of(const Tensor& tensor)
{
    std::vector<Element> values(tensor.data->size() / sizeof(Element));
    if (!values.empty())
        std::memcpy(values.data(), tensor.data->data(), values.size() * sizeof(Element));
    return values;
}

} // namespace

std::vector<int> int32_values(const Tensor& tensor)
{
    CHECK(tensor.constant() && tensor.type == ElementType::int32);
    return values_of<int>(tensor);
}

std::vector<std::int64_t> int64_values(const Tensor& tensor)
{
    CHECK(tensor.constant() && tensor.type == ElementType::int64);
    return values_of<std::int64_t>(tensor);
}

Tensor int32_constant(std::string name, std::vector<int> shape, const std::vector<int>& values)
{
    std::vector<std::uint8_t> bytes(values.size() * sizeof(int));
    if (!values.empty())
        std::memcpy(bytes.data(), values.data(), bytes.size());
    Tensor tensor;
    tensor.name = std::move(name);
    tensor.type = ElementType::int32;
    tensor.shape = std::move(shape);
    tensor.data = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    CHECK(tensor.elements() == static_cast<std::int64_t>(values.size()));
    return tensor;
}

} // namespace graph

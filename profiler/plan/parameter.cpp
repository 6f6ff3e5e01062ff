// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/parameter.h"

#include "base/check.h"

#include <algorithm>

namespace plan {

std::int64_t integer(const Parameters& parameters, std::string_view field)
{
    auto found = std::ranges::find(parameters, field, &Parameter::field);
    CHECK(found != parameters.end() && std::holds_alternative<std::int64_t>(found->value));
    return std::get<std::int64_t>(found->value);
}

graph::TensorIndex tensor_of(const Parameters& parameters, std::string_view field)
{
    auto found = std::ranges::find(parameters, field, &Parameter::field);
    CHECK(found != parameters.end() && std::holds_alternative<TensorPointer>(found->value));
    return std::get<TensorPointer>(found->value).tensor;
}

TablePointer TableSet::add(std::string type, std::vector<std::int64_t> values)
{
    return add(Table {std::move(type), std::move(values)});
}

TablePointer TableSet::add(Table table)
{
    auto known = std::ranges::find(tables_, table);
    auto index = static_cast<std::size_t>(known - tables_.begin());
    if (known == tables_.end())
        tables_.push_back(std::move(table));
    return {index};
}

} // namespace plan

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/overwritable.h"

#include "profiler/plan/kernel_choice.h"

#include <limits>

namespace plan {

std::vector<graph::TensorIndex> storage_of(const graph::ModelGraph& graph)
{
    std::vector<graph::TensorIndex> storage(graph.tensors.size());
    for (std::size_t i = 0; i < storage.size(); ++i)
        storage[i] = static_cast<graph::TensorIndex>(i);
    for (const graph::Operator& op : graph.operators)
        if (only_renames(op.code))
            storage[static_cast<std::size_t>(op.outputs.at(0))]
                = storage[static_cast<std::size_t>(op.inputs.at(0))];
    return storage;
}

std::vector<std::vector<graph::TensorIndex>> overwritable_inputs(const graph::ModelGraph& graph)
{
    constexpr std::size_t forever = std::numeric_limits<std::size_t>::max();
    const std::vector<graph::TensorIndex> storage = storage_of(graph);
    const auto stored = [&](graph::TensorIndex tensor) {
        return static_cast<std::size_t>(storage[static_cast<std::size_t>(tensor)]);
    };
    std::vector<std::size_t> last_reader(graph.tensors.size());
    for (std::size_t i = 0; i < graph.operators.size(); ++i)
        for (graph::TensorIndex tensor : graph.operators[i].inputs)
            if (tensor != graph::no_tensor)
                last_reader[stored(tensor)] = i;
    for (graph::TensorIndex tensor : graph.outputs)
        last_reader[stored(tensor)] = forever;

    std::vector<std::vector<graph::TensorIndex>> result(graph.operators.size());
    for (std::size_t i = 0; i < graph.operators.size(); ++i)
        for (graph::TensorIndex tensor : graph.operators[i].inputs)
            if (tensor != graph::no_tensor && last_reader[stored(tensor)] == i
                && !graph.tensors[stored(tensor)].constant())
                result[i].push_back(tensor);
    return result;
}

} // namespace plan

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/operator_view.h"

namespace graph {

std::string printable(std::string_view name)
{
    std::string text(name);
    for (char& c : text)
        if (c < 0x20 || c > 0x7e || c == '\'' || c == '"')
            c = '?';
    return text;
}

std::string shortened_name(std::string_view name)
{
    constexpr std::size_t longest = 64;
    return printable(name.substr(0, longest)) + (name.size() > longest ? "..." : "");
}

std::string place_of(const ModelGraph& graph, std::size_t operator_index)
{
    const OperatorCode code = graph.operators[operator_index].code;
    return fmt::format("operator {} ({})", operator_index, info_of(code).tflite_name);
}

std::string place_of(const ModelGraph& graph, TensorIndex tensor_index)
{
    return fmt::format(
        "tensor {} '{}'", tensor_index, shortened_name(graph.tensor(tensor_index).name));
}

std::string shape_text(const std::vector<int>& shape)
{
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"
#include "mcu_models/graph/model_graph.h"

#include <fmt/format.h>

#include <string>

namespace graph {

/// `name` in printable ASCII, other bytes and quotes as '?'.
std::string printable(std::string_view name);
/// The same, at most 64 characters: for error messages.
std::string shortened_name(std::string_view name);

/// "operator 12 (CONV_2D)".
std::string place_of(const ModelGraph& graph, std::size_t operator_index);
/// "tensor 3 'conv/weights'".
std::string place_of(const ModelGraph& graph, TensorIndex tensor_index);

/// One operator with its tensors, as the rules of `validate` look at it. Indices are valid already.
class OperatorView {
public:
    OperatorView(const ModelGraph& graph, std::size_t index, const std::string& where)
        : graph_(graph)
        , index_(index)
        , where_(where)
    {
    }

    const Operator& op() const { return graph_.operators[index_]; }
    OperatorCode code() const { return op().code; }
    const Tensor& input(std::size_t i = 0) const { return graph_.tensor(op().inputs.at(i)); }
    const Tensor& output(std::size_t i = 0) const { return graph_.tensor(op().outputs.at(i)); }
    bool has_input(std::size_t i) const
    {
        return i < op().inputs.size() && op().inputs[i] != no_tensor;
    }
    /// The input that carries activations: all operators' first, but SPLIT's second.
    std::size_t activation_input() const { return code() == OperatorCode::split ? 1 : 0; }
    const Tensor& activation() const { return input(activation_input()); }

    /// InputError at this operator.
    [[noreturn]] void refuse(const std::string& what) const
    {
        throw base::InputError(where_, place_of(graph_, index_) + ": " + what);
    }
    template <class... Arguments>
    void require(bool holds, fmt::format_string<Arguments...> what, Arguments&&... arguments) const
    {
        if (!holds)
            refuse(fmt::format(what, std::forward<Arguments>(arguments)...));
    }

private:
    const ModelGraph& graph_;
    std::size_t index_;
    const std::string& where_;
};

/// "1x96x96x3", "scalar".
std::string shape_text(const std::vector<int>& shape);

} // namespace graph

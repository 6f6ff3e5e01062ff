// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/fold_padding.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/validate.h"

#include <algorithm>
#include <optional>

namespace graph {
namespace {

bool same_quantization(const Tensor& a, const Tensor& b)
{
    return a.quantization.scale == b.quantization.scale
        && a.quantization.zero_point == b.quantization.zero_point;
}

bool is_convolution(const Operator& op)
{
    return op.code == OperatorCode::conv_2d || op.code == OperatorCode::depthwise_conv_2d;
}

/// Of rows and columns; nothing if batch or channels are padded too.
std::optional<Margins> margins_of(const Tensor& paddings)
{
    const std::vector<int> values = int32_values(paddings);
    if (values.size() != 8 || values[0] || values[1] || values[6] || values[7])
        return std::nullopt;
    return Margins {values[2], values[3], values[4], values[5]};
}

class Folder {
public:
    explicit Folder(ModelGraph graph)
        : graph_(std::move(graph))
        , dropped_(graph_.operators.size())
        , readers_(graph_.tensors.size())
        , is_output_(graph_.tensors.size())
    {
        for (std::size_t i = 0; i < graph_.operators.size(); ++i)
            for (TensorIndex index : graph_.operators[i].inputs)
                if (index != no_tensor)
                    readers(index).push_back(i);
        for (TensorIndex index : graph_.outputs)
            is_output_[static_cast<std::size_t>(index)] = true;
    }

    FoldedGraph fold()
    {
        // From the last to the first, so that of several PADs in a row each meets the convolution.
        for (std::size_t i = graph_.operators.size(); i-- > 0;)
            if (graph_.operators[i].code == OperatorCode::pad)
                dropped_[i] = can_vanish(i) && (drop_if_empty(i) || fold_into_convolution(i));
        return without_dropped();
    }

private:
    /// One entry a use.
    std::vector<std::size_t>& readers(TensorIndex index)
    {
        return readers_[static_cast<std::size_t>(index)];
    }

    bool can_vanish(std::size_t i) const
    {
        const Operator& pad = graph_.operators[i];
        return !is_output_[static_cast<std::size_t>(pad.outputs[0])]
            && same_quantization(graph_.tensor(pad.inputs[0]), graph_.tensor(pad.outputs[0]));
    }

    /// Whoever reads what the PAD wrote now reads what the PAD read.
    void bypass(std::size_t i)
    {
        const TensorIndex from = graph_.operators[i].inputs[0];
        const TensorIndex to = graph_.operators[i].outputs[0];
        std::erase(readers(from), i);
        for (std::size_t reader : readers(to)) {
            std::ranges::replace(graph_.operators[reader].inputs, to, from);
            readers(from).push_back(reader);
        }
        readers(to).clear();
    }

    bool drop_if_empty(std::size_t i)
    {
        const Operator& pad = graph_.operators[i];
        if (graph_.tensor(pad.inputs[0]).shape != graph_.tensor(pad.outputs[0]).shape)
            return false;
        bypass(i);
        return true;
    }

    bool fold_into_convolution(std::size_t i)
    {
        const Operator& pad = graph_.operators[i];
        const auto margins = margins_of(graph_.tensor(pad.inputs[1]));
        if (!margins || readers(pad.outputs[0]).size() != 1)
            return false;
        Operator& convolution = graph_.operators[readers(pad.outputs[0])[0]];
        if (!is_convolution(convolution) || convolution.inputs[0] != pad.outputs[0])
            return false;

        Margins& padding = std::get<ConvolutionOptions>(convolution.options).padding;
        padding.top += margins->top;
        padding.bottom += margins->bottom;
        padding.left += margins->left;
        padding.right += margins->right;
        bypass(i);
        return true;
    }

    FoldedGraph without_dropped()
    {
        FoldedGraph result;
        std::vector<Operator> kept;
        for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
            if (dropped_[i])
                continue;
            kept.push_back(std::move(graph_.operators[i]));
            result.original_operator.push_back(static_cast<int>(i));
        }
        graph_.operators = std::move(kept);
        result.graph = std::move(graph_);
        return result;
    }

    ModelGraph graph_;
    std::vector<bool> dropped_;
    std::vector<std::vector<std::size_t>> readers_; // by tensor
    std::vector<bool> is_output_;                   // by tensor
};

} // namespace

FoldedGraph fold_padding(ModelGraph graph)
{
    FoldedGraph folded = Folder(std::move(graph)).fold();
    validate(folded.graph, "graph with folded padding"); // of a valid graph: cannot fail
    return folded;
}

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/rules.h"
#include "mcu_models/graph/validate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace graph {
namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// How many inputs and outputs an operator has, and which alternative of OperatorOptions.
struct Form {
    OperatorCode code;
    std::size_t fewest_inputs, most_inputs, most_outputs;
    OperatorOptions options;
};

using enum OperatorCode;
const std::array<Form, operator_infos.size()> forms = {{
    {add, 2, 2, 1, ElementwiseOptions {}},
    {average_pool_2d, 1, 1, 1, PoolOptions {}},
    {concatenation, 1, any_number, 1, AxisOptions {}},
    {conv_2d, 2, 3, 1, ConvolutionOptions {}},
    {depthwise_conv_2d, 2, 3, 1, ConvolutionOptions {}},
    {dequantize, 1, 1, 1, {}},
    {expand_dims, 2, 2, 1, {}},
    {fully_connected, 2, 3, 1, FullyConnectedOptions {}},
    {hard_swish, 1, 1, 1, {}},
    {logistic, 1, 1, 1, {}},
    {max_pool_2d, 1, 1, 1, PoolOptions {}},
    {mean, 2, 2, 1, MeanOptions {}},
    {mul, 2, 2, 1, ElementwiseOptions {}},
    {pack, 1, any_number, 1, AxisOptions {}},
    {pad, 2, 2, 1, {}},
    {quantize, 1, 1, 1, {}},
    {relu, 1, 1, 1, {}},
    {relu6, 1, 1, 1, {}},
    {reshape, 1, 2, 1, {}},
    {resize_bilinear, 2, 2, 1, ResizeOptions {}},
    {resize_nearest_neighbor, 2, 2, 1, ResizeOptions {}},
    {softmax, 1, 1, 1, SoftmaxOptions {}},
    {split, 2, 2, any_number, AxisOptions {}},
    {squeeze, 1, 1, 1, {}},
    {strided_slice, 4, 4, 1, StridedSliceOptions {}},
    {sub, 2, 2, 1, ElementwiseOptions {}},
    {transpose, 2, 2, 1, {}},
}};

bool has_bias(OperatorCode code)
{
    return code == conv_2d || code == depthwise_conv_2d || code == fully_connected;
}

class StructureCheck {
public:
    StructureCheck(const ModelGraph& graph, const std::string& where)
        : graph_(graph)
        , where_(where)
        , written_(graph.tensors.size())
    {
    }

    void tensors_are_sound() const
    {
        for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
            size_is_sound(static_cast<TensorIndex>(i));
            quantization_is_sound(static_cast<TensorIndex>(i));
        }
    }

    void inputs_are_free()
    {
        for (TensorIndex index : graph_.inputs) {
            require_tensor("network input", index);
            if (graph_.tensor(index).constant())
                refuse(place_of(graph_, index) + ": network input with constant data");
            if (written(index))
                refuse(place_of(graph_, index) + ": network input listed twice");
            written_[static_cast<std::size_t>(index)] = true;
        }
    }

    void operator_is_sound(std::size_t i)
    {
        const Operator& op = graph_.operators[i];
        const Form& form = forms.at(static_cast<std::size_t>(op.code));
        const OperatorView view(graph_, i, where_);
        view.require(op.inputs.size() >= form.fewest_inputs && op.inputs.size() <= form.most_inputs,
            "{} inputs", op.inputs.size());
        view.require(!op.outputs.empty() && op.outputs.size() <= form.most_outputs, "{} outputs",
            op.outputs.size());

        for (std::size_t k = 0; k < op.inputs.size(); ++k)
            input_is_ready(view, k);
        for (TensorIndex index : op.outputs)
            output_is_free(view, index);
    }

    void outputs_are_written() const
    {
        if (graph_.outputs.empty())
            refuse("no network outputs");
        for (TensorIndex index : graph_.outputs) {
            require_tensor("network output", index);
            const bool is_input = std::ranges::count(graph_.inputs, index) > 0;
            if (!written(index) || is_input)
                refuse(place_of(graph_, index) + ": network output that no operator writes");
        }
    }

private:
    [[noreturn]] void refuse(const std::string& what) const
    {
        throw base::InputError(where_, what);
    }
    bool exists(TensorIndex index) const
    {
        return index >= 0 && static_cast<std::size_t>(index) < graph_.tensors.size();
    }
    bool written(TensorIndex index) const { return written_[static_cast<std::size_t>(index)]; }

    void require_tensor(std::string_view role, TensorIndex index) const
    {
        if (!exists(index))
            refuse(fmt::format("{} {}: there are {} tensors", role, index, graph_.tensors.size()));
    }

    void size_is_sound(TensorIndex index) const
    {
        const Tensor& tensor = graph_.tensor(index);
        const auto bad
            = [&](const std::string& what) { refuse(place_of(graph_, index) + ": " + what); };
        if (tensor.shape.size() > largest_rank)
            bad(fmt::format(
                "{} dimensions; at most {} are supported", tensor.shape.size(), largest_rank));
        auto bytes = static_cast<std::int64_t>(size_of(tensor.type));
        for (int dimension : tensor.shape) {
            if (dimension <= 0)
                bad("shape " + shape_text(tensor.shape) + ": dimensions are at least 1");
            bytes *= dimension;
            if (bytes > std::numeric_limits<std::int32_t>::max())
                bad("shape " + shape_text(tensor.shape) + ": 2 GiB or more");
        }
        if (tensor.constant() && static_cast<std::int64_t>(tensor.data->size()) != bytes)
            bad(fmt::format("shape {} of {} needs {} bytes of data; there are {}",
                shape_text(tensor.shape), name_of(tensor.type), bytes, tensor.data->size()));
    }

    /// The dimension is looked at where it counts: files name any for the scales of a bias.
    void quantization_is_sound(TensorIndex index) const
    {
        const Tensor& tensor = graph_.tensor(index);
        const Quantization& quantization = tensor.quantization;
        const std::size_t count = quantization.scale.size();
        const auto require = [&](bool holds, const std::string& what) {
            if (!holds)
                refuse(place_of(graph_, index) + ": " + what);
        };
        require(quantization.zero_point.size() == count,
            fmt::format("{} scales and {} zero points", count, quantization.zero_point.size()));
        for (float scale : quantization.scale)
            require(std::isfinite(scale) && scale >= 0, fmt::format("scale {}", scale));
    }

    void input_is_ready(const OperatorView& view, std::size_t k) const
    {
        const TensorIndex index = view.op().inputs[k];
        const bool optional = k == 2 && has_bias(view.code());
        if (index == no_tensor && optional)
            return;
        view.require(
            exists(index), "input {} is tensor {}; there are {}", k, index, graph_.tensors.size());
        view.require(graph_.tensor(index).constant() || written(index),
            "reads {}, which nothing has written before", place_of(graph_, index));
    }

    void output_is_free(const OperatorView& view, TensorIndex index)
    {
        view.require(exists(index), "writes tensor {}; there are {}", index, graph_.tensors.size());
        view.require(!graph_.tensor(index).constant(), "writes {}, which is constant",
            place_of(graph_, index));
        view.require(
            !written(index), "writes {}, which is written already", place_of(graph_, index));
        written_[static_cast<std::size_t>(index)] = true;
    }

    const ModelGraph& graph_;
    const std::string& where_;
    std::vector<bool> written_; // or a network input
};

} // namespace

void check_options(const OperatorView& view)
{
    const Form& form = forms.at(static_cast<std::size_t>(view.code()));
    view.require(view.op().options.index() == form.options.index(), "options of another operator");
}

void check_structure(const ModelGraph& graph, const std::string& where)
{
    StructureCheck check(graph, where);
    check.tensors_are_sound();
    check.inputs_are_free();
    if (graph.operators.empty())
        throw base::InputError(where, "no operators");
    for (std::size_t i = 0; i < graph.operators.size(); ++i)
        check.operator_is_sound(i);
    check.outputs_are_written();
}

} // namespace graph

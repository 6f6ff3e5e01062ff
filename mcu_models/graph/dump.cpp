// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/model_graph.h"

#include "base/hash.h"
#include "mcu_models/graph/operator_view.h"

#include <fmt/format.h>

namespace graph {
namespace {

std::string quantization_text(const Quantization& quantization)
{
    if (quantization.scale.empty())
        return {};
    if (!quantization.per_channel())
        return fmt::format(" scale {} zero {}", quantization.scale[0], quantization.zero_point[0]);
    return fmt::format(" scales {}..{} along {}", quantization.scale.front(),
        quantization.scale.back(), quantization.dimension);
}

std::string tensor_text(const ModelGraph& graph, TensorIndex index)
{
    if (index == no_tensor)
        return "-";
    const Tensor& tensor = graph.tensor(index);
    std::string text
        = fmt::format("t{} {} {}", index, name_of(tensor.type), shape_text(tensor.shape));
    if (tensor.constant())
        text += fmt::format(" #{:08x}", base::crc32(*tensor.data));
    return text + quantization_text(tensor.quantization);
}

std::string tensors_text(const ModelGraph& graph, const std::vector<TensorIndex>& indices)
{
    std::string text;
    for (TensorIndex index : indices)
        text += (text.empty() ? "" : ", ") + tensor_text(graph, index);
    return text;
}

std::string activation_text(Activation activation)
{
    constexpr std::array<std::string_view, 4> texts = {"", " relu", " relu6", " relu_n1_to_1"};
    return std::string(texts.at(static_cast<std::size_t>(activation)));
}

std::string margins_text(const Margins& margins)
{
    if (margins == Margins {})
        return {};
    return fmt::format(" margins top {} bottom {} left {} right {}", margins.top, margins.bottom,
        margins.left, margins.right);
}

struct OptionsText {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const ConvolutionOptions& options) const
    {
        return fmt::format(" stride {}x{} dilation {}x{} multiplier {}", options.stride_height,
                   options.stride_width, options.dilation_height, options.dilation_width,
                   options.depth_multiplier)
            + margins_text(options.padding) + activation_text(options.activation);
    }
    std::string operator()(const PoolOptions& options) const
    {
        return fmt::format(" filter {}x{} stride {}x{}", options.filter_height,
                   options.filter_width, options.stride_height, options.stride_width)
            + margins_text(options.padding) + activation_text(options.activation);
    }
    std::string operator()(const FullyConnectedOptions& options) const
    {
        return (options.keep_dimensions ? " keep_dimensions" : "")
            + activation_text(options.activation);
    }
    std::string operator()(const ElementwiseOptions& options) const
    {
        return activation_text(options.activation);
    }
    std::string operator()(const SoftmaxOptions& options) const
    {
        return fmt::format(" beta {}", options.beta);
    }
    std::string operator()(const MeanOptions& options) const
    {
        return options.keep_dimensions ? " keep_dimensions" : "";
    }
    std::string operator()(const AxisOptions& options) const
    {
        return fmt::format(" axis {}", options.axis) + activation_text(options.activation);
    }
    std::string operator()(const ResizeOptions& options) const
    {
        return std::string(options.align_corners ? " align_corners" : "")
            + (options.half_pixel_centers ? " half_pixel_centers" : "");
    }
    std::string operator()(const StridedSliceOptions& options) const
    {
        return fmt::format(" masks begin {} end {} ellipsis {} new {} shrink {}",
            options.begin_mask, options.end_mask, options.ellipsis_mask, options.new_axis_mask,
            options.shrink_axis_mask);
    }
};

std::string border_text(
    const ModelGraph& graph, std::string_view role, const std::vector<TensorIndex>& indices)
{
    std::string text;
    for (TensorIndex index : indices)
        text += fmt::format(
            "{} {} \"{}\"\n", role, tensor_text(graph, index), printable(graph.tensor(index).name));
    return text;
}

} // namespace

std::string dump(const ModelGraph& graph)
{
    std::string text = fmt::format("graph \"{}\": {} operators, {} MACs, {} parameters\n",
        printable(graph.name), graph.operators.size(), macs_of(graph), parameters_of(graph));
    text += border_text(graph, "input", graph.inputs);
    for (std::size_t i = 0; i < graph.operators.size(); ++i) {
        const Operator& op = graph.operators[i];
        text += fmt::format("{:4} {}{}: {} -> {}", i, info_of(op.code).short_name,
            std::visit(OptionsText {}, op.options), tensors_text(graph, op.inputs),
            tensors_text(graph, op.outputs));
        if (const std::int64_t macs = macs_of(graph, op); macs > 0)
            text += fmt::format("; {} MACs", macs);
        text += '\n';
    }
    return text + border_text(graph, "output", graph.outputs);
}

} // namespace graph

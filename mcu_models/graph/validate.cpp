// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/validate.h"

#include "mcu_models/graph/rules.h"

namespace graph {
namespace {

/// Weights are constant and at most as large as the file, so one product stays far below 2^63; the
/// sum is watched.
void check_work(const ModelGraph& graph, const std::string& where)
{
    constexpr std::int64_t most_macs = std::int64_t {1} << 50;
    std::int64_t macs = 0;
    for (std::size_t i = 0; i < graph.operators.size(); ++i) {
        macs += macs_of(graph, graph.operators[i]);
        OperatorView(graph, i, where)
            .require(macs <= most_macs, "more than 2^50 multiply-accumulates up to here");
    }
}

} // namespace

void validate(const ModelGraph& graph, const std::string& where)
{
    check_structure(graph, where);
    for (std::size_t i = 0; i < graph.operators.size(); ++i) {
        const OperatorView view(graph, i, where);
        check_options(view);
        check_types(view);
        check_shapes(view);
        check_quantization(view);
    }
    check_work(graph, where);
}

} // namespace graph

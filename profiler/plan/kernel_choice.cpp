// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/kernel_choice.h"

#include "base/check.h"
#include "base/input_error.h"
#include "profiler/plan/kernel_parameters.h"
#include "profiler/plan/overwritable.h"

#include <fmt/format.h>

#include <algorithm>

namespace plan {
namespace {

bool has_feature(const mcu::CoreModel& core, const std::string& feature)
{
    CHECK(feature == "dsp");
    return core.has_dsp;
}

bool takes_types(const KernelRow& row, const graph::ModelGraph& graph, const graph::Operator& op)
{
    const graph::ElementType input = graph.tensor(activation_input(op)).type;
    const graph::ElementType output = graph.tensor(op.outputs.at(0)).type;
    const bool weights_fit = !row.weight || graph.tensor(op.inputs.at(1)).type == *row.weight;
    const bool output_fits
        = row.output.empty() ? output == input : std::ranges::count(row.output, output) > 0;
    return std::ranges::count(row.input, input) > 0 && output_fits && weights_fit;
}

/// Kernels that could compute the operator, going by what the manifest says of types, set and core.
std::vector<const KernelRow*> candidates(const KernelManifest& manifest,
    const graph::ModelGraph& graph, const graph::Operator& op, const mcu::CoreModel& core,
    KernelSet kernels)
{
    std::vector<const KernelRow*> result;
    for (const KernelRow& row : manifest.rows) {
        const bool wanted = row.set <= kernels
            && (row.cores.empty() || std::ranges::count(row.cores, core.name) > 0);
        const bool core_can = std::ranges::all_of(row.requires_features,
            [&](const std::string& feature) { return has_feature(core, feature); });
        if (wanted && core_can && std::ranges::count(row.operators, op.code) > 0
            && takes_types(row, graph, op))
            result.push_back(&row);
    }
    return result;
}

std::string type_names(const graph::ModelGraph& graph, const graph::Operator& op)
{
    std::string names(graph::name_of(graph.tensor(activation_input(op)).type));
    if (std::holds_alternative<graph::ConvolutionOptions>(op.options)
        || std::holds_alternative<graph::FullyConnectedOptions>(op.options))
        names
            += fmt::format(" with {} weights", graph::name_of(graph.tensor(op.inputs.at(1)).type));
    return names + fmt::format(" to {}", graph::name_of(graph.tensor(op.outputs.at(0)).type));
}

class Chooser {
public:
    Chooser(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels,
        const PreferredKernels& preferred, const InPlace& in_place, const KernelManifest& manifest)
        : graph_(graph)
        , core_(core)
        , kernels_(kernels)
        , preferred_(preferred)
        , manifest_(manifest)
        , in_place_(in_place)
        , overwritable_(in_place.wanted ? overwritable_inputs(graph) : std::vector<std::vector<graph::TensorIndex>>(graph.operators.size()))
    {
    }

    KernelChoice run()
    {
        for (std::size_t i = 0; i < graph_.operators.size(); ++i)
            try {
                add_step(static_cast<int>(i), graph_.operators[i]);
            } catch (const Unsupported& reason) {
                refused_.push_back(fmt::format("operator {} ({}): {}", i,
                    graph::info_of(graph_.operators[i].code).tflite_name, reason.what()));
            }
        if (!refused_.empty())
            throw base::InputError(graph_.name,
                fmt::format(
                    "{} of {} operators not supported (`mcuprof kernels` lists what is)\n  {}",
                    refused_.size(), graph_.operators.size(), fmt::join(refused_, "\n  ")));
        choice_.tables = tables_.tables();
        return std::move(choice_);
    }

private:
    void add_step(int index, const graph::Operator& op)
    {
        Step step {index, op.code,
            fmt::format("layer_{:03}_{}", index, graph::info_of(op.code).short_name), {}, {}, {}};
        std::uint64_t scratch = 0;
        if (!only_renames(op.code))
            scratch = choose(step, op);
        choice_.steps.push_back(std::move(step));
        choice_.scratch_bytes.push_back(scratch);
    }

    /// What a kernel takes for an operator; its tables are in `tables_`.
    struct Fit {
        Parameters parameters;
        std::uint64_t scratch_bytes = 0;
        std::optional<graph::TensorIndex> overwrites {};
    };

    /// Nothing if a condition of the manifest does not hold.
    std::optional<Fit> fit(const KernelRow& row, const graph::Operator& op)
    {
        Fit result {parameters_for(row, graph_, op, tables_), 0};
        const Parameters facts = facts_for(row, graph_, op, tables_);
        FieldValue value_of = [&](std::string_view field) {
            const bool is_fact = std::ranges::count(facts, field, &Parameter::field) > 0;
            return integer(is_fact ? facts : result.parameters, field);
        };
        if (!std::ranges::all_of(
                row.when, [&](const Condition& condition) { return condition.holds(value_of); }))
            return std::nullopt;
        result.scratch_bytes = row.scratch_bytes(value_of);
        result.overwrites = overwritten(row, result.parameters, op);
        return result;
    }

    const PreferredKernel& preferred(const Step& step) const
    {
        static const PreferredKernel nothing;
        const auto index = static_cast<std::size_t>(step.index);
        return index < preferred_.size() ? preferred_[index] : nothing;
    }

    /// Fills kernel and parameters, returns the scratch bytes.
    std::uint64_t choose(Step& step, const graph::Operator& op)
    {
        auto rows = candidates(manifest_, graph_, op, core_, kernels_);
        if (rows.empty())
            throw Unsupported("no kernel takes " + type_names(graph_, op));
        const KernelRow* chosen = nullptr;
        for (const KernelRow* row : rows) {
            const std::size_t tables_before = tables_.tables().size();
            const bool fits = fit(*row, op).has_value();
            tables_.keep(tables_before);
            if (!fits)
                continue;
            step.alternatives.push_back(row->name);
            if (!chosen || row->name == preferred(step).name)
                chosen = row;
            if (row->set != KernelSet::specialized)
                break; // what is not made for the shape: the first is the best
        }
        if (!chosen)
            throw Unsupported("no kernel has this form of it");
        Fit result = fitted(chosen, rows, op, step);
        step.kernel = *chosen;
        step.parameters = std::move(result.parameters);
        step.measured = preferred(step).measured;
        step.overwrites = result.overwrites;
        return result.scratch_bytes;
    }

    /// Of the chosen row, or of the first that can compute in place where that is preferred.
    Fit fitted(const KernelRow*& chosen, const std::vector<const KernelRow*>& rows,
        const graph::Operator& op, Step& step)
    {
        const std::size_t tables_before = tables_.tables().size();
        Fit ordinary = *fit(*chosen, op);
        if (ordinary.overwrites || !in_place_.wanted
            || !in_place_.preferred.at(static_cast<std::size_t>(step.index)))
            return ordinary;
        const auto output = static_cast<std::uint64_t>(graph_.tensor(op.outputs.at(0)).bytes());
        for (const KernelRow* row : rows) {
            if (row->overwrites.empty())
                continue;
            tables_.keep(tables_before);
            std::optional<Fit> found = fit(*row, op);
            if (!found || !found->overwrites
                || found->scratch_bytes >= ordinary.scratch_bytes + output)
                continue;
            chosen = row;
            step.preferred_in_place = true;
            return *found;
        }
        tables_.keep(tables_before);
        return *fit(*chosen, op);
    }

    /// The input that the output may lie on: nobody needs it afterwards, and it is as large.
    std::optional<graph::TensorIndex> overwritten(
        const KernelRow& row, const Parameters& parameters, const graph::Operator& op) const
    {
        const auto& dying = overwritable_[static_cast<std::size_t>(&op - graph_.operators.data())];
        for (const std::string& field : row.overwrites) {
            const graph::TensorIndex tensor = tensor_of(parameters, field);
            if (std::ranges::count(dying, tensor) > 0
                && graph_.tensor(op.outputs.at(0)).bytes() <= graph_.tensor(tensor).bytes())
                return tensor;
        }
        return std::nullopt;
    }

    const graph::ModelGraph& graph_;
    const mcu::CoreModel& core_;
    KernelSet kernels_;
    const PreferredKernels& preferred_;
    const KernelManifest& manifest_;
    const InPlace& in_place_;
    std::vector<std::vector<graph::TensorIndex>> overwritable_; // by operator
    TableSet tables_;
    KernelChoice choice_;
    std::vector<std::string> refused_;
};

} // namespace

bool only_renames(graph::OperatorCode code)
{
    return code == graph::OperatorCode::reshape || code == graph::OperatorCode::squeeze
        || code == graph::OperatorCode::expand_dims;
}

KernelChoice choose_kernels(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred, const InPlace& in_place,
    const KernelManifest& manifest)
{
    return Chooser(graph, core, kernels, preferred, in_place, manifest).run();
}

} // namespace plan

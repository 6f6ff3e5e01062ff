// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hash.h"
#include "profiler/plan/execution_plan.h"

#include <fmt/format.h>

namespace plan {
namespace {

/// The tables' content as a short name: thousands of multipliers are nobody's reading.
std::uint32_t checksum(const Table& table)
{
    std::string text;
    for (std::int64_t value : table.values)
        text += fmt::format("{},", value);
    return base::crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

class Writer {
public:
    Writer(const ExecutionPlan& plan, const graph::ModelGraph& graph)
        : plan_(plan)
        , graph_(graph)
    {
    }

    std::string text()
    {
        line(
            "plan of {}: {} kernels, {} steps, arena {} bytes ({} activations at most, {} scratch)",
            graph_.name, name_of(plan_.kernels), plan_.steps.size(), plan_.arena_bytes,
            plan_.activation_peak, plan_.scratch_peak);
        line("planner {}: {}, peak at step {}", plan_.planner, plan::text_of(plan_.placement), plan_.peak_step);
        if (plan_.macs_without_patches > 0)
            line("patches compute {} MACs instead of {}", graph::macs_of(graph_), plan_.macs_without_patches);
        line("");
        for (const ArenaBuffer& buffer : plan_.buffers)
            line("arena {:>8} + {:<8} steps {:>3} to {:<3} {} {}{}", buffer.offset, buffer.bytes,
                buffer.first, buffer.last, name_of(buffer.kind), buffer.name,
                buffer.over ? fmt::format(" over {}", plan_.buffers.at(*buffer.over).name) : "");
        for (std::size_t i = 0; i < plan_.tables.size(); ++i)
            line("table {}: {} of {}, crc32 {:08x}{}", i, plan_.tables[i].values.size(),
                plan_.tables[i].type, checksum(plan_.tables[i]),
                plan_.tables[i].weights ? ", weights" : "");
        for (const Step& step : plan_.steps)
            add(step);
        return std::move(text_);
    }

private:
    template <class... Arguments>
    void line(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...) + "\n";
    }

    void add(const Step& step)
    {
        line("");
        line("{}: {}", step.function, step.kernel ? step.kernel->name : "nothing to do");
        for (const MeasuredKernel& measured : step.measured)
            line("  measured: {:>9} cycles with {}", measured.cycles, measured.name);
        for (const Parameter& parameter : step.parameters)
            line("  {} = {}", parameter.field, text_of(parameter.value, step));
    }

    std::string text_of(const Value& value, const Step& step) const
    {
        struct Visitor {
            const Writer& writer;
            const Step& step;
            std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
            std::string operator()(float number) const { return fmt::format("{:a}", number); }
            std::string operator()(const std::vector<std::int64_t>& numbers) const
            {
                return fmt::format("[{}]", fmt::join(numbers, ", "));
            }
            std::string operator()(NullPointer) const { return "null"; }
            std::string operator()(TensorPointer pointer) const
            {
                return writer.place_of(pointer.tensor);
            }
            std::string operator()(ScratchPointer) const
            {
                return fmt::format("arena {}", writer.plan_.buffers.at(*step.scratch).offset);
            }
            std::string operator()(TablePointer pointer) const
            {
                return fmt::format("table {}", pointer.table);
            }
            std::string operator()(const RecordArray& array) const
            {
                std::string text;
                for (const Record& record : array.records) {
                    text += "\n   ";
                    for (const Parameter& field : record.fields)
                        text += fmt::format(
                            " {} = {};", field.field, writer.text_of(field.value, step));
                }
                return text;
            }
        };
        return std::visit(Visitor {*this, step}, value);
    }

    std::string place_of(graph::TensorIndex tensor) const
    {
        const TensorPlace& place = plan_.places.at(static_cast<std::size_t>(tensor));
        const std::string& name = graph_.tensor(tensor).name;
        if (place.constant)
            return fmt::format("weights of tensor {} '{}'", *place.constant, name);
        return fmt::format("arena {} '{}'", plan_.buffers.at(*place.buffer).offset, name);
    }

    const ExecutionPlan& plan_;
    const graph::ModelGraph& graph_;
    std::string text_;
};

} // namespace

std::string dump(const ExecutionPlan& plan, const graph::ModelGraph& graph)
{
    return Writer(plan, graph).text();
}

} // namespace plan

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/budget_figures.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "profiler/comparison/figures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

namespace comparison {
namespace {

using base::Dimension;
using traces::Function;
using traces::Layer;
using traces::RunInfo;

constexpr std::string_view cause_prefix = "cycles.";

template <class Thing>
struct ThingFigure {
    std::string_view name;
    Dimension dimension;
    std::optional<double> (*of)(const Thing&, const RunInfo&);
};

template <class Thing, std::uint64_t Thing::*Member>
std::optional<double> member(const Thing& thing, const RunInfo&)
{
    return static_cast<double>(thing.*Member);
}

template <class Thing, std::uint64_t Thing::*Member>
std::optional<double> lasts(const Thing& thing, const RunInfo& run)
{
    return run.clock_hz == 0 ? std::nullopt : std::optional(traces::seconds(thing.*Member, run));
}

constexpr std::array layer_figures = {
    ThingFigure<Layer> {"cycles", Dimension::count, member<Layer, &Layer::cycles>},
    ThingFigure<Layer> {"latency", Dimension::time, lasts<Layer, &Layer::cycles>},
    ThingFigure<Layer> {"instructions", Dimension::count, member<Layer, &Layer::instructions>},
    ThingFigure<Layer> {"macs", Dimension::count, member<Layer, &Layer::macs>},
    ThingFigure<Layer> {"cycles_per_mac", Dimension::count,
        [](const Layer& layer, const RunInfo&) {
            return layer.macs == 0 ? std::nullopt
                                   : std::optional(static_cast<double>(layer.cycles)
                                       / static_cast<double>(layer.macs));
        }},
    ThingFigure<Layer> {"energy", Dimension::energy,
        [](const Layer& layer, const RunInfo&) {
            return layer.energy ? std::optional(layer.energy->joules) : std::nullopt;
        }},
    ThingFigure<Layer> {"sram", Dimension::bytes,
        [](const Layer& layer, const RunInfo&) {
            return std::optional(static_cast<double>(layer.sram_live + layer.scratch));
        }},
    ThingFigure<Layer> {"scratch", Dimension::bytes, member<Layer, &Layer::scratch>},
    ThingFigure<Layer> {"stack", Dimension::bytes, member<Layer, &Layer::stack>},
    ThingFigure<Layer> {"weights", Dimension::bytes, member<Layer, &Layer::weight_bytes>},
    ThingFigure<Layer> {"flash_reads", Dimension::count, member<Layer, &Layer::flash_reads>},
    ThingFigure<Layer> {
        "flash_read_bytes", Dimension::bytes, member<Layer, &Layer::flash_read_bytes>},
};

constexpr std::array function_figures = {
    ThingFigure<Function> {"cycles", Dimension::count, member<Function, &Function::self_cycles>},
    ThingFigure<Function> {
        "total_cycles", Dimension::count, member<Function, &Function::total_cycles>},
    ThingFigure<Function> {"latency", Dimension::time, lasts<Function, &Function::self_cycles>},
    ThingFigure<Function> {
        "total_latency", Dimension::time, lasts<Function, &Function::total_cycles>},
    ThingFigure<Function> {
        "instructions", Dimension::count, member<Function, &Function::instructions>},
    ThingFigure<Function> {"calls", Dimension::count, member<Function, &Function::calls>},
    ThingFigure<Function> {"stack", Dimension::bytes, member<Function, &Function::stack>},
    ThingFigure<Function> {"own_stack", Dimension::bytes, member<Function, &Function::own_stack>},
    ThingFigure<Function> {"code", Dimension::bytes,
        [](const Function& function, const RunInfo&) {
            return std::optional(static_cast<double>(function.size));
        }},
};

struct OutputFigure {
    std::string_view name;
    Dimension dimension = Dimension::count;
};
constexpr std::array output_figures = {OutputFigure {"max_difference"}, OutputFigure {"different"}};

template <class Table>
Dimension dimension_in(const Table& table, std::string_view what, std::string_view figure,
    const std::string& where, bool with_causes)
{
    if (with_causes && figure.starts_with(cause_prefix) && figure.size() > cause_prefix.size())
        return Dimension::count;
    std::vector<std::string> names;
    for (const auto& known : table) {
        if (known.name == figure)
            return known.dimension;
        names.emplace_back(known.name);
    }
    std::string hint = base::suggestion(figure, names);
    throw base::InputError(where,
        fmt::format("expected a figure of {}, found '{}'; {}", what, figure,
            hint.empty() ? fmt::format("there are {}", fmt::join(names, ", ")) : hint));
}

/// Figures of runs that a limit can be put on.
std::vector<Figure> numbers_of_runs()
{
    std::vector<Figure> numbers;
    for (const Figure& figure : figures())
        if (figure.kind == Figure::Kind::number && figure.name != "accuracy")
            numbers.push_back(figure);
    return numbers;
}

std::optional<double> cause_of(std::string_view figure, const traces::Costs& costs)
{
    return static_cast<double>(traces::value_of(costs, figure.substr(cause_prefix.size())));
}

template <class Table, class Thing>
std::optional<double> figure_in(
    const Table& table, std::string_view figure, const Thing& thing, const RunInfo& run)
{
    if (figure.starts_with(cause_prefix))
        return cause_of(figure, thing.cycles_by_cause);
    auto found
        = std::ranges::find_if(table, [&](const auto& known) { return known.name == figure; });
    return found == table.end() ? std::nullopt : found->of(thing, run);
}

/// Elements of a tensor as numbers, read from the bytes as they lie in memory (little-endian).
template <class Element>
double element(std::span<const std::uint8_t> bytes, std::size_t place)
{
    Element value {};
    std::memcpy(&value, bytes.data() + place * sizeof(Element), sizeof(Element));
    return static_cast<double>(value);
}

struct ElementReader {
    std::string_view type;
    std::size_t size;
    double (*read)(std::span<const std::uint8_t>, std::size_t);
};
constexpr std::array readers = {
    ElementReader {"int8", 1, element<std::int8_t>},
    ElementReader {"uint8", 1, element<std::uint8_t>},
    ElementReader {"int16", 2, element<std::int16_t>},
    ElementReader {"int32", 4, element<std::int32_t>},
    ElementReader {"int64", 8, element<std::int64_t>},
    ElementReader {"float32", 4, element<float>},
};

double difference(double a, double b)
{
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b) ? 0 : std::numeric_limits<double>::infinity();
    return a == b ? 0 : std::abs(a - b); // equal infinities
}

} // namespace

Dimension dimension_of_layer_figure(std::string_view figure, const std::string& where)
{
    return dimension_in(layer_figures, "a layer", figure, where, true);
}

Dimension dimension_of_function_figure(std::string_view figure, const std::string& where)
{
    return dimension_in(function_figures, "a function", figure, where, true);
}

Dimension dimension_of_run_figure(std::string_view figure, const std::string& where)
{
    return dimension_in(numbers_of_runs(), "a run", figure, where, true);
}

Dimension dimension_of_output_figure(std::string_view figure, const std::string& where)
{
    return dimension_in(output_figures, "outputs", figure, where, false);
}

std::optional<double> layer_figure(std::string_view figure, const Layer& layer, const RunInfo& run)
{
    return figure_in(layer_figures, figure, layer, run);
}

std::optional<double> function_figure(
    std::string_view figure, const Function& function, const RunInfo& run)
{
    return figure_in(function_figures, figure, function, run);
}

std::optional<double> run_figure(std::string_view figure, const traces::Profile& profile)
{
    if (figure.starts_with(cause_prefix))
        return cause_of(figure, profile.cycles_by_cause);
    const Figure* known = find_figure(figure);
    Row row {{profile.run, profile.total, profile.memory}, {}, {}, false};
    return known ? number_of(*known, row) : std::nullopt;
}

std::optional<double> output_figure(std::string_view figure,
    const std::vector<traces::Output>& outputs, const std::vector<std::uint8_t>& expected,
    const std::string& where)
{
    std::size_t size = 0;
    for (const traces::Output& output : outputs)
        size += output.bytes.size();
    if (size != expected.size())
        throw base::InputError(where,
            fmt::format(
                "expected {} bytes of outputs, what the run has, found {}", size, expected.size()));
    double largest = 0, different = 0;
    std::span<const std::uint8_t> left = expected;
    for (const traces::Output& output : outputs) {
        auto reader = std::ranges::find(readers, output.type, &ElementReader::type);
        if (reader == readers.end())
            reader = std::ranges::find(readers, "uint8", &ElementReader::type);
        for (std::size_t i = 0; i < output.bytes.size() / reader->size; ++i) {
            double apart = difference(reader->read(output.bytes, i), reader->read(left, i));
            largest = std::max(largest, apart);
            different += apart > 0;
        }
        left = left.subspan(output.bytes.size());
    }
    return figure == "different" ? different : largest;
}

} // namespace comparison

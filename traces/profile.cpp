// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace traces {
namespace {

using Complaint = std::optional<std::string>;

Complaint compare(std::string_view what, std::uint64_t sum, std::uint64_t total)
{
    if (sum == total)
        return {};
    return fmt::format("{}: the parts sum to {}, the whole is {}", what, sum, total);
}

template <class Row>
Complaint compare_rows(std::string_view what, const std::vector<Row>& rows,
    std::uint64_t Row::*part, std::uint64_t total)
{
    if (rows.empty())
        return {};
    std::uint64_t sum = 0;
    for (const Row& row : rows)
        sum += row.*part;
    return compare(what, sum, total);
}

Complaint compare_costs(std::string_view what, const Costs& costs, std::uint64_t total)
{
    std::uint64_t sum = 0;
    for (const Cost& cost : costs)
        sum += cost.value;
    return compare(what, sum, total);
}

std::uint64_t sum_of(const Costs& costs)
{
    std::uint64_t sum = 0;
    for (const Cost& cost : costs)
        sum += cost.value;
    return sum;
}

/// A figure in joules is a double: it agrees with its terms as far as doubles do.
Complaint compare_joules(std::string_view what, double joules, const Costs& terms)
{
    double sum = static_cast<double>(sum_of(terms)) / femtojoules_in_a_joule;
    if (std::abs(joules - sum) <= 1e-9 * std::abs(sum))
        return {};
    return fmt::format("{}: its terms sum to {} J, it is {} J", what, sum, joules);
}

Complaint compare_terms(const Profile& profile)
{
    if (!profile.total.energy)
        return fmt::format("the energy of the run is unknown, but it has terms");
    if (auto complaint = compare_joules(
            "energy of the run", profile.total.energy->joules, profile.energy_by_term))
        return complaint;
    for (const Layer& layer : profile.layers)
        if (auto complaint = compare_joules("energy of layer " + layer.name,
                layer.energy ? layer.energy->joules : 0, layer.energy_by_term))
            return complaint;
    if (auto complaint = compare_rows("memory's energy of the traffic", profile.traffic,
            &Traffic::energy, value_of(profile.energy_by_term, "memory")))
        return complaint;
    if (auto complaint = compare_rows("energy of the power samples", profile.power,
            &PowerSample::energy, sum_of(profile.energy_by_term)))
        return complaint;
    if (auto complaint = compare_rows("cycles of the power samples", profile.power,
            &PowerSample::cycles, profile.total.cycles))
        return complaint;
    std::uint64_t end = 0;
    for (const PowerSample& sample : profile.power) {
        if (sample.start_cycle != end)
            return fmt::format(
                "a power sample begins at cycle {}, the one before ends at {}", sample.start_cycle, end);
        end += sample.cycles;
    }
    return {};
}

/// Joules are doubles: their sums agree as far as the order of adding allows.
Complaint compare_energy(const Profile& profile)
{
    double sum = 0;
    for (const Layer& layer : profile.layers) {
        if (!layer.energy)
            return {};
        sum += layer.energy->joules;
    }
    if (profile.layers.empty() || !profile.total.energy)
        return {};
    double total = profile.total.energy->joules;
    if (std::abs(sum - total) <= 1e-9 * std::abs(total))
        return {};
    return fmt::format(
        "energy of the layers: the parts sum to {} J, the whole is {} J", sum, total);
}

/// Each cause (or term) over all rows of one kind is the cause's total.
template <class Row>
Complaint compare_causes(std::string_view what, const std::vector<Row>& rows, const Costs& totals,
    Costs Row::*costs = &Row::cycles_by_cause)
{
    if (rows.empty())
        return {};
    std::vector<std::uint64_t> sums(totals.size());
    for (const Row& row : rows) {
        for (const Cost& cost : row.*costs) {
            auto same = [&](const Cost& total) { return total.name == cost.name; };
            auto found = std::find_if(totals.begin(), totals.end(), same);
            if (found == totals.end() && cost.value > 0)
                return fmt::format("'{}' of {}: the total knows no such cause", cost.name, what);
            if (found != totals.end())
                sums[static_cast<std::size_t>(found - totals.begin())] += cost.value;
        }
    }
    for (std::size_t i = 0; i < totals.size(); ++i)
        if (auto complaint
            = compare(fmt::format("'{}' of {}", totals[i].name, what), sums[i], totals[i].value))
            return complaint;
    return {};
}

} // namespace

std::uint64_t value_of(const Costs& costs, std::string_view name)
{
    for (const Cost& cost : costs)
        if (cost.name == name)
            return cost.value;
    return 0;
}

double seconds(std::uint64_t cycles, const RunInfo& run)
{
    return run.clock_hz == 0 ? 0 : static_cast<double>(cycles) / static_cast<double>(run.clock_hz);
}

double watts(const PowerSample& sample, const RunInfo& run)
{
    double duration = seconds(sample.cycles, run);
    return duration == 0 ? 0 : static_cast<double>(sample.energy) / femtojoules_in_a_joule / duration;
}

std::optional<std::string> find_unbalanced_sum(const Profile& profile)
{
    const Totals& total = profile.total;
    Complaint complaint = compare_costs("causes of the run", profile.cycles_by_cause, total.cycles);
    auto check = [&](auto&& next) {
        if (!complaint)
            complaint = next();
    };
    auto check_rows = [&](std::string_view what, const auto& rows, auto part, std::uint64_t whole) {
        check([&] { return compare_rows(what, rows, part, whole); });
    };

    check_rows("cycles of the layers", profile.layers, &Layer::cycles, total.cycles);
    check_rows(
        "instructions of the layers", profile.layers, &Layer::instructions, total.instructions);
    check_rows("MACs of the layers", profile.layers, &Layer::macs, total.macs);
    check_rows(
        "executed MACs of the layers", profile.layers, &Layer::executed_macs, total.executed_macs);
    check_rows(
        "self cycles of the functions", profile.functions, &Function::self_cycles, total.cycles);
    check_rows("instructions of the functions", profile.functions, &Function::instructions,
        total.instructions);
    check_rows("self cycles of the calls", profile.calls, &Call::self_cycles, total.cycles);
    check_rows("cycles of the contexts", profile.contexts, &Context::cycles, total.cycles);
    check_rows(
        "cycles of the instructions", profile.instructions, &Instruction::cycles, total.cycles);
    check_rows("executions of the instructions", profile.instructions, &Instruction::executions,
        total.instructions);

    for (const Layer& layer : profile.layers)
        check([&] {
            return compare_costs(
                "causes of layer " + layer.name, layer.cycles_by_cause, layer.cycles);
        });
    for (const Function& function : profile.functions)
        check([&] {
            return compare_costs("causes of function " + function.name, function.cycles_by_cause,
                function.self_cycles);
        });
    for (const Function& function : profile.functions)
        if (!function.total_cycles_by_cause.empty())
            check([&] {
                return compare_costs("causes of all under function " + function.name,
                    function.total_cycles_by_cause, function.total_cycles);
            });
    for (const Instruction& instruction : profile.instructions)
        check([&] {
            return compare_costs(
                fmt::format("causes of the instruction at {:#010x}", instruction.address),
                instruction.cycles_by_cause, instruction.cycles);
        });
    check([&] { return compare_causes("the layers", profile.layers, profile.cycles_by_cause); });
    check([&] {
        return compare_causes("the functions", profile.functions, profile.cycles_by_cause);
    });
    check([&] {
        return compare_causes("the instructions", profile.instructions, profile.cycles_by_cause);
    });
    check([&] { return compare_energy(profile); });
    if (profile.energy_terms.empty())
        return complaint;
    check([&] { return compare_terms(profile); });
    check([&] {
        return compare_causes("the energy of the layers", profile.layers, profile.energy_by_term,
            &Layer::energy_by_term);
    });
    check([&] {
        return compare_causes("the energy of the functions", profile.functions,
            profile.energy_by_term, &Function::energy_by_term);
    });
    return complaint;
}

std::optional<std::string> find_dangling_row(const Profile& profile)
{
    auto calls = static_cast<std::int64_t>(profile.calls.size());
    auto contexts = static_cast<std::int64_t>(profile.contexts.size());
    for (std::int64_t i = 0; i < calls; ++i) {
        const Call& call = profile.calls[static_cast<std::size_t>(i)];
        if (call.parent < -1 || call.parent >= i)
            return fmt::format("call {}: its caller is row {}", i, call.parent);
        if (call.context < 0 || call.context >= contexts)
            return fmt::format("call {}: its context is row {} of {}", i, call.context, contexts);
    }
    for (const Context& context : profile.contexts)
        if (context.deepest_call < -1 || context.deepest_call >= calls)
            return fmt::format("context {}: its deepest call is row {} of {}", context.name,
                context.deepest_call, calls);
    return {};
}

} // namespace traces

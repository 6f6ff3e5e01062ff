// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/measured_kernels.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "profiler/firmware/cache.h"
#include "profiler/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace profiler {
namespace {

constexpr std::string_view cache_kind = "layer-cycles";

/// Everything that decides what a firmware costs on a chip.
std::string key_of(const firmware::Firmware& firmware, const mcu::ChipModel& chip)
{
    firmware::CacheKey key;
    key.add(version);
    key.add(base::sha256_hex(firmware.elf));
    key.add(fmt::format("{} {} {}", chip.name, chip.clock.count(), chip.supply));
    for (const mcu::SourceLine& line : mcu::sources(chip))
        key.add(line.figure + "=" + line.value);
    return key.hex();
}

std::string text_of(const LayerCycles& cycles) { return fmt::format("{}", fmt::join(cycles, " ")); }

/// Nothing if it is not one number a layer.
std::optional<LayerCycles> parsed(const base::ByteVector& text, std::size_t layers)
{
    std::istringstream stream(std::string(text.begin(), text.end()));
    LayerCycles cycles;
    for (std::uint64_t number = 0; stream >> number;)
        cycles.push_back(number);
    return cycles.size() == layers ? std::optional(cycles) : std::nullopt;
}

/// The kernel that an operator gets in a round: those with fewer begin again with their first.
const std::string& kernel_in(const plan::Step& step, std::size_t round)
{
    return step.alternatives.at(round < step.alternatives.size() ? round : 0);
}

class Measurement {
public:
    Measurement(const graph::ModelGraph& graph, const mcu::ChipModel& chip, plan::KernelSet kernels,
        const RunNetwork& run)
        : graph_(graph)
        , chip_(chip)
        , kernels_(kernels)
        , run_(run)
        , cache_(firmware::Cache::default_folder())
        , first_(plan::make_plan(graph, chip.core, kernels))
        , preferred_(first_.steps.size())
    {
        for (const plan::Step& step : first_.steps)
            rounds_ = std::max(rounds_, step.alternatives.size());
    }

    plan::PreferredKernels run(const RoundBegins& round_begins)
    {
        if (rounds_ < 2)
            return {};
        for (std::size_t round = 0; round < rounds_; ++round) {
            round_begins(round, rounds_);
            try {
                measure(round);
            } catch (const base::InputError&) {
                // Too large with these kernels; if it is with all, whoever builds it will say so.
            }
        }
        for (plan::PreferredKernel& kernel : preferred_)
            if (!kernel.measured.empty())
                kernel.name
                    = std::ranges::min_element(kernel.measured, {}, &plan::MeasuredKernel::cycles)
                          ->name;
        return std::move(preferred_);
    }

private:
    void measure(std::size_t round)
    {
        plan::PreferredKernels kernels(first_.steps.size());
        for (std::size_t i = 0; i < kernels.size(); ++i)
            if (!first_.steps[i].alternatives.empty())
                kernels[i].name = kernel_in(first_.steps[i], round);
        const plan::ExecutionPlan plan = plan::make_plan(graph_, chip_.core, kernels_, kernels);
        const LayerCycles cycles = cycles_of(plan, firmware::build_firmware(graph_, plan, chip_));
        CHECK(cycles.size() == preferred_.size());
        for (std::size_t i = 0; i < cycles.size(); ++i)
            if (first_.steps[i].alternatives.size() > 1
                && round < first_.steps[i].alternatives.size())
                preferred_[i].measured.push_back({kernels[i].name, cycles[i]});
    }

    LayerCycles cycles_of(const plan::ExecutionPlan& plan, const firmware::Firmware& firmware)
    {
        const std::string key = key_of(firmware, chip_);
        if (auto known = cache_.find(cache_kind, key))
            if (auto cycles = parsed(*known, plan.steps.size()))
                return *cycles;
        LayerCycles cycles = run_(plan, firmware);
        const std::string text = text_of(cycles);
        cache_.store(
            cache_kind, key, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        return cycles;
    }

    const graph::ModelGraph& graph_;
    const mcu::ChipModel& chip_;
    plan::KernelSet kernels_;
    const RunNetwork& run_;
    firmware::Cache cache_;
    plan::ExecutionPlan first_; // with the first kernel that fits, everywhere
    plan::PreferredKernels preferred_;
    std::size_t rounds_ = 0;
};

} // namespace

plan::PreferredKernels measured_kernels(const graph::ModelGraph& graph, const mcu::ChipModel& chip,
    plan::KernelSet kernels, const RunNetwork& run, const RoundBegins& round_begins)
{
    return Measurement(graph, chip, kernels, run).run(round_begins);
}

} // namespace profiler

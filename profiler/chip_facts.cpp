// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/chip_facts.h"

#include "base/input_error.h"
#include "mcu_models/chip_model.h"

#include <algorithm>
#include <optional>

namespace profiler {
namespace {

/// At the run's clock. None: another chip of this name was simulated, or one from a file.
std::optional<mcu::ChipModel> chip_of(const traces::RunInfo& run)
{
    std::vector<std::string> known = mcu::chip_names();
    if (std::ranges::find(known, run.chip) == known.end() || run.clock_hz == 0)
        return {};
    try {
        mcu::ChipModel chip = mcu::load_chip(run.chip, base::Hertz(run.clock_hz));
        return chip.core.name == run.core ? std::optional(chip) : std::nullopt;
    } catch (
        const base::InputError&) { // a clock that needs another supply, which a run does not say
        return {};
    }
}

/// SMLAD makes two of 16 bits; MLA one; where there is neither, MULS and ADDS one together.
double best_macs_per_cycle(const mcu::CoreModel& core)
{
    auto issue = [&](std::string_view row) {
        auto found = core.rows.find(row);
        return found == core.rows.end() ? 0. : found->second.issue;
    };
    double macs = core.has_dsp ? 2 : 1;
    double cycles = core.has_dsp ? issue("simd_multiply") : issue("multiply_accumulate");
    if (cycles == 0)
        cycles = issue("multiply") + issue("alu");
    return cycles == 0 ? 0 : macs / cycles;
}

double flash_bytes_per_cycle(const mcu::ChipModel& chip)
{
    const mcu::Region* weights = chip.find_region(chip.placement.weights);
    if (!weights || weights->kind != mcu::RegionKind::flash || weights->fetch_line_bytes == 0)
        return 0;
    return static_cast<double>(weights->fetch_line_bytes) / (1. + chip.waits_of(*weights).read);
}

} // namespace

report::html::ChipFacts chip_facts(const traces::RunInfo& run)
{
    std::optional<mcu::ChipModel> chip = chip_of(run);
    if (!chip)
        return {};
    return {{chip->title, chip->core.title},
        {best_macs_per_cycle(chip->core), flash_bytes_per_cycle(*chip)}};
}

} // namespace profiler

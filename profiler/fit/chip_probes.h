// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "profiler/fit/fit.h"
#include "profiler/profile_target.h"
#include "profiler/progress.h"

#include <string>

namespace fit {

/// Plans for a chip and runs on it, as `mcuprof profile` would. A run that is sure to break the
/// limit of latency is stopped. The references must outlive the probes.
Probes probes_on(const mcu::ChipModel& chip, const profiler::Request& request, const Limits& limits,
    profiler::Progress& progress);

/// What would fit in place of a network of ours that does not: the same width at the largest
/// resolution, and the same resolution at the largest width, both compiled to be sure.
/// "mobilenet-v1-0.25-160:2 or mobilenet-v1-0.15-224:2 would fit stm32f746". Empty if the network
/// does fit, or none of its family does.
std::string smaller_ones(const profiler::Target& network, const mcu::ChipModel& chip,
    const profiler::Request& request, profiler::Progress& progress);

} // namespace fit

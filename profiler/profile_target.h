// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"
#include "mcu_models/chip_model.h"
#include "profiler/firmware/firmware.h"
#include "profiler/plan/execution_plan.h"
#include "profiler/plan/patch_choice.h"
#include "profiler/progress.h"
#include "profiler/target.h"
#include "traces/profile.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace profiler {

struct Request {
    std::string kernels; // empty: dsp where the core has the extension, else small
    plan::PlannerOptions planner {};
    std::optional<std::string> input_file;
    std::string layers {}; // a pattern of function names, each call a layer; empty: none. For ELF files
    bool exact = false;
    bool verify = false;
    std::uint64_t instruction_limit = 20'000'000'000;
    std::string arguments {}; // for an ELF file that asks for its command line
    std::optional<std::string> semihosting_files {}; // the folder in which it may have files
    bool live_console = false; // what it prints goes to stderr at once, too
};

/// A profile, and what only --dump and --verify ask for.
struct Outcome {
    traces::Profile profile;
    std::optional<std::string> difference; // from the host's reference, with `verify`
    std::size_t verified_layers = 0;
    std::string blocks {}; // what the engine made of the code (`--dump blocks`)
    bool timed_with_another = false; // by the run of another chip
};

/// A network as it is about to be compiled: PADs folded, kernels chosen, tensors placed.
struct PlannedNetwork {
    plan::PatchChoice patches; // its graph is `graph`
    graph::ModelGraph graph;
    plan::ExecutionPlan plan;

    /// All but code, as far as it is known before a compiler ran.
    firmware::MemoryNeeds needs() const;
};
/// The kernel set of the request, or the chip's usual one.
std::string kernels_for(const mcu::ChipModel& chip, const Request& request);
PlannedNetwork plan_network(const graph::ModelGraph& graph, const std::string& name, const mcu::ChipModel& chip, const Request& request);

/// A network on its way to a firmware: what `build` writes and `profile` runs.
struct BuiltNetwork {
    graph::ModelGraph graph; // PADs folded
    plan::ExecutionPlan plan;
    firmware::Firmware firmware;
};
BuiltNetwork build_network_firmware(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress);

/// One run of one target on one chip. InputError: it does not fit, is not supported, cannot be compiled.
/// firmware::Interrupted: Ctrl-C. What the firmware does wrong is in the profile's outcome.
Outcome profile_target(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress);

/// What came of one of several chips; the error is why it was not run.
using ChipOutcome = std::expected<Outcome, base::InputError>;

/// The same on several chips, an outcome each, in their order: what `profile_target` gives for each of them. Chips of the
/// same core on which the firmware is the same bytes (or the ELF file loads and begins alike) are timed by one run, unless
/// the firmware looks at something that the chip decides, such as the time.
std::vector<ChipOutcome> profile_on_chips(const Target& target, std::span<const mcu::ChipModel> chips, const Request& request, Progress& progress);

} // namespace profiler

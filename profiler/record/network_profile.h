// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"
#include "profiler/firmware/firmware.h"
#include "profiler/plan/execution_plan.h"
#include "profiler/record/recorder.h"
#include "traces/profile.h"

namespace record {

/// The window and layers of a firmware that we built: one inference, one layer an operator.
Recorder::Window window_of(const firmware::Firmware& firmware, const sim::ElfImage& image);

/// Layers, memory and arena of a network's run. Layers are the operators of `graph`, whose PADs may be folded: not always
/// those of the file the user gave.
void describe_network(traces::Profile& profile, const Recording& recording, const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const firmware::Firmware& firmware, const mcu::ChipModel& chip);

/// The network's outputs as the firmware left them in memory.
std::vector<traces::Output> read_outputs(const sim::Machine& machine, const firmware::Firmware& firmware);

} // namespace record

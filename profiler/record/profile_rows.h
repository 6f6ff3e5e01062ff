// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "profiler/record/recorder.h"
#include "sim/elf_image.h"
#include "traces/profile.h"

/// From what the simulator counts to rows of a profile: names for numbers, nothing computed anew.
namespace record {

traces::Costs costs_of(const sim::CycleAccount& account);
std::vector<traces::CostInfo> cause_table();

/// What the layer cost: cycles by cause, instructions, MACs, and data read from flash.
void set_costs(traces::Layer& layer, const sim::Reading& reading, const mcu::ChipModel& chip);

std::vector<traces::Traffic> traffic_rows(const sim::Reading& reading, const mcu::ChipModel& chip);
/// With disassembly, functions and source lines.
std::vector<traces::Instruction> instruction_rows(const Recording& recording, const sim::ElfImage& image);
std::vector<traces::Function> function_rows(const Recording& recording, const std::vector<traces::Instruction>& instructions, const sim::ElfImage& image);
/// How the run ended; after a bad end with place, registers and call stack.
traces::Outcome outcome_of(const sim::RunResult& result, const sim::ElfImage& image);
std::vector<traces::Source> source_rows(const mcu::ChipModel& chip);
/// What was counted instead of guessed.
std::vector<traces::Warning> warnings_of(const Recording& recording, const sim::RunTracer& tracer, const mcu::ChipModel& chip);

/// Chip, core, clock, memory set-up, expected error: everything of a run that the chip decides.
void describe_chip(traces::Profile& profile, const mcu::ChipModel& chip);
/// Totals, causes, traffic, functions, instructions, outcome, console: everything that the machine decides.
void describe_run(traces::Profile& profile, const Recording& recording, sim::Machine& machine, const sim::ElfImage& image,
    const mcu::ChipModel& chip, const sim::RunResult& result);

} // namespace record

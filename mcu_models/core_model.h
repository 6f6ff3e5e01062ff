// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcu {

/// How far a number can be trusted; the letter is what files and reports show.
enum class Grade { datasheet, measured, secondary, estimate }; // D, M, S, E

std::string_view name_of(Grade grade);

/// A number with where it comes from.
struct Figure {
    double value = 0;
    std::string source;
    Grade grade = Grade::estimate;
};

/// Cycles of one timing class ("alu", "load", "store_imm", "mac" ...; the decoder's names,
/// sim/decode/timing_class.h).
struct TimingRow {
    std::uint32_t issue = 1;   // cycles the instruction holds the pipeline
    std::uint32_t latency = 1; // cycles until a dependent may issue; 1: the next one
    std::string source;
    Grade grade = Grade::estimate;
};

/// What taking and leaving exceptions costs, in cycles with memory that never waits. Files name
/// them [exception.entry] and so on; the fp_ ones only where the core has an FPU.
///
/// Not here: the words that stacking moves (they go where the stack is, and may wait there).
struct ExceptionCosts {
    Figure entry;        // from the request to the handler's first instruction; basic frame stacked
    Figure exit;         // from the end of EXC_RETURN's instruction to the interrupted code's next
    Figure tail_chain;   // from one handler's end to the next one's first instruction
    Figure late_arrival; // from a more urgent request during an entry to its first instruction, at
                         // the least: what has been stacked stays
    Figure fp_save;      // more, when S0-S15 and FPSCR are stacked: on entry or, lazily, when the
                         // handler's first floating-point instruction asks for it
    Figure fp_restore;   // more, when a return unstacks them
};

struct ExceptionCostInfo {
    std::string_view name; // the file's [exception.NAME]
    Figure ExceptionCosts::*figure;
    bool needs_fpu;
};

inline constexpr std::array exception_costs = {
    ExceptionCostInfo {"entry", &ExceptionCosts::entry, false},
    ExceptionCostInfo {"exit", &ExceptionCosts::exit, false},
    ExceptionCostInfo {"tail_chain", &ExceptionCosts::tail_chain, false},
    ExceptionCostInfo {"late_arrival", &ExceptionCosts::late_arrival, false},
    ExceptionCostInfo {"fp_save", &ExceptionCosts::fp_save, true},
    ExceptionCostInfo {"fp_restore", &ExceptionCosts::fp_restore, true},
};

/// One processor core: what it executes and what that costs. Rows by timing class, penalties by
/// rule name (the pipeline shape reads the ones it knows and refuses others). From
/// mcu_models/cores/*.toml.
///
/// Not here: memories, clocks (ChipModel).
struct CoreModel {
    std::string name;           // "cortex-m4"
    std::string title;          // "Cortex-M4F"
    std::string architecture;   // "armv6-m", "armv7-m", "armv7e-m", "armv8-m.main"
    std::string emulator_model; // "m0", "m3", "m4", "m7", "m33"
    std::string compiler_flags; // "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard"
    bool has_dsp = false, has_fpu = false;
    std::string pipeline;                 // "single_issue" or "dual_issue"
    std::string timing;                   // "complete" or "provisional"
    double error_low = 0, error_high = 0; // expected relative error of cycles at zero wait states
    std::string error_source;
    std::map<std::string, TimingRow, std::less<>> rows;
    std::map<std::string, Figure, std::less<>> rules;
    ExceptionCosts exception;
};

/// The core of this name; InputError with suggestions if unknown, with file:line if the file is
/// wrong.
CoreModel load_core(std::string_view name);
CoreModel parse_core(std::string_view text, const std::string& where);
std::vector<std::string> core_names();

} // namespace mcu

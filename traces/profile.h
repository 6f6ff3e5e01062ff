// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What one run cost, by layer, function and instruction, with names: plain data, no simulator
/// behind it. Costs are named quantities with a unit, so a new cause or cost changes no schema.
namespace traces {

/// A cost by name: cycles of one cause, joules of one term.
struct Cost {
    std::string name; // "load_wait"
    std::uint64_t value = 0;
    bool operator==(const Cost&) const = default;
};
using Costs = std::vector<Cost>; // in the order of Profile::causes; a row may leave out what is
                                 // zero, the store does

/// 0 if there is no cost of this name.
std::uint64_t value_of(const Costs& costs, std::string_view name);

/// A cause of cycles or a term of energy, told once a profile: what its name means.
struct CostInfo {
    std::string name, unit, meaning; // unit: "cycles", "fJ"
    bool operator==(const CostInfo&) const = default;
};

/// A function that was active when a run ended.
struct StackFrame {
    std::string function, file; // of its first line
    std::uint32_t address = 0;  // its first
    int line = 0;
    bool operator==(const StackFrame&) const = default;
};

/// How a run ended. "exited" is the only good end; the others keep what was measured up to there.
struct Outcome {
    std::string reason; // exited, fault, undefined_instruction, instruction_limit, stack_overflow,
                        // interrupted, ...
    int exit_code = 0;
    std::string message; // one line for people, empty for a good end
    std::uint32_t pc = 0;
    std::string function;
    // After a bad end, where known; a RunSummary has no call stack.
    std::string file, instruction; // source file and disassembly of what is at pc
    int line = 0;
    std::vector<std::uint32_t> registers; // r0 to r15, then xpsr
    std::vector<StackFrame> call_stack;   // innermost first
    bool operator==(const Outcome&) const = default;
};

struct RunInfo {
    std::string id;           // given by the store
    std::string created_at;   // ISO 8601 UTC; the only clock in a profile
    std::string target, kind; // kind: tflite, network, elf
    std::string chip, core;
    std::uint64_t clock_hz = 0;
    std::string kernels, planner, tool_version, target_sha256, elf_sha256,
        mode;              // mode: blocks, exact
    std::string setup;     // "flash 5 WS, ART on": what a report says beside the chip
    std::string placement; // "code flash, weights flash, arena SRAM1, ...": what lies where; empty
                           // for an ELF
    std::string timing;    // "complete" or "provisional"
    double cycles_error_low = 0,
           cycles_error_high
        = 0; // the model's expected relative error, -0.07 ... +0.07; 0, 0 unknown
    std::string supply; // "SMPS, 3 V, range 1": what the energy holds for; empty: energy unknown
    double supply_volts = 0;  // at the supply pin; 0: energy unknown
    std::string energy_basis; // "calibrated", or the grade of the chip's currents; empty: energy
                              // unknown
    Outcome outcome;
    bool operator==(const RunInfo&) const = default;
};

struct Energy { // joules with the range that the grades of the figures allow
    double joules = 0, low = 0, high = 0;
    bool operator==(const Energy&) const = default;
};

/// Terms of energy are whole femtojoules, so that their sums are exact.
constexpr double femtojoules_in_a_joule = 1e15;

struct Totals {
    std::uint64_t cycles = 0, instructions = 0, macs = 0, executed_macs = 0;
    std::uint64_t cycles_outside_inference = 0,
                  instructions_outside_inference = 0; // start-up, reporting: not in `cycles`
    std::optional<Energy> energy;                     // none: unknown
    bool operator==(const Totals&) const = default;
};

struct MemoryUse {
    bool fits = true;
    std::uint64_t sram_static = 0, sram_arena = 0, sram_stack = 0, sram_heap = 0, sram_capacity = 0;
    std::uint64_t sram_activations = 0, sram_scratch = 0; // what the arena holds at its peak
    std::uint64_t flash_code = 0, flash_weights = 0, flash_constants = 0, flash_capacity = 0;

    std::uint64_t sram_peak() const { return sram_static + sram_arena + sram_stack + sram_heap; }
    std::uint64_t flash() const { return flash_code + flash_weights + flash_constants; }
    bool operator==(const MemoryUse&) const = default;
};

struct Traffic { // one region and one kind of access ("data", "fetch")
    std::string region, kind;
    std::uint64_t reads = 0, read_bytes = 0, writes = 0, write_bytes = 0, fetch_bytes = 0;
    std::uint64_t hits = 0,
                  misses = 0; // of the accelerator or cache before the region, where there is one
    std::uint64_t energy = 0; // fJ: what its accesses cost beside the core's cycles; all rows sum to
                              // the term "memory"
    bool operator==(const Traffic&) const = default;
};

struct Layer { // index -1: everything inside the inference that no layer owns
    int index = -1;
    std::string name, title, operator_name,
        kernel; // name: the function, "layer_007_conv_2d"; title: "conv 3x3 s2 3→16"
    std::uint64_t macs = 0, executed_macs = 0, cycles = 0, instructions = 0;
    Costs cycles_by_cause;
    // sram_live: tensors in the arena while the layer runs, without its scratch; stack: the deepest
    // it was.
    std::uint64_t sram_live = 0, scratch = 0, stack = 0, weight_bytes = 0, flash_reads = 0,
                  flash_read_bytes = 0;
    std::uint64_t start_cycle = 0; // of its first call, from the start of the inference
    std::optional<Energy> energy;
    Costs energy_by_term {}; // fJ
    bool operator==(const Layer&) const = default;
};

struct Function {
    std::string name, file;
    std::uint32_t address = 0, size = 0;
    int line = 0;
    std::uint64_t calls = 0, self_cycles = 0, total_cycles = 0, instructions = 0;
    // The most bytes its own frame took, and its frame with all that it called.
    std::uint64_t own_stack = 0, stack = 0;
    Costs cycles_by_cause;       // of self_cycles
    Costs total_cycles_by_cause; // of total_cycles
    Costs energy_by_term {};     // fJ, of self_cycles
    bool operator==(const Function&) const = default;
};

/// A flow of control with a call stack of its own: what runs from reset, a task, the handler of an
/// exception. Cycles of all contexts sum to the total.
struct Context {
    std::string kind, name; // kind: reset, task, exception
    int number = 0;         // of the exception or task
    std::uint64_t activations = 0, cycles = 0;
    std::uint64_t stack = 0;         // bytes below where it began, the deepest
    int deepest_call = -1;           // the row of Profile::calls where it was deepest; -1: none
    std::uint64_t deepest_depth = 0; // calls active there, recursive ones each
    bool operator==(const Context&) const = default;
};

/// A function as it was reached over the functions that called it: a node of the call tree. A
/// function that is active already stands in the tree only once on each path: a recursive call is a
/// row of its own, but what it costs itself, and calls, is counted where the function stands
/// already. Self cycles of all rows sum to the total; total cycles count recursion once.
struct Call {
    int parent = -1; // row of the caller, always before this one; -1: begun by its context
    int context = 0; // row of Profile::contexts
    std::string function;
    std::uint32_t address = 0; // of the function
    bool recursive = false;
    std::uint64_t calls = 0, self_cycles = 0, total_cycles = 0;
    bool operator==(const Call&) const = default;
};

struct Instruction {
    std::uint32_t address = 0;
    int size = 2;
    std::string encoding; // halfwords in hexadecimal, "f8d0 1004"; empty: not known
    std::string text, function, file;
    std::string inlined; // the innermost function that was inlined here; empty: none
    int line = 0;
    std::uint64_t executions = 0, cycles = 0;
    Costs cycles_by_cause;
    bool operator==(const Instruction&) const = default;
};

struct ArenaTensor { // a tensor or scratch buffer in the arena; alive from layer `first` to `last`,
                     // both included
    std::string name, kind; // activation, scratch
    std::uint64_t offset = 0, bytes = 0;
    int first = 0, last = 0;
    bool operator==(const ArenaTensor&) const = default;
};

struct Output {
    std::string name, type;
    std::vector<int> shape;
    std::vector<std::uint8_t> bytes;
    std::uint32_t crc32 = 0;
    bool operator==(const Output&) const = default;
};

struct Warning { // something counted instead of guessed
    std::string code, message;
    std::uint64_t count = 0;
    bool operator==(const Warning&) const = default;
};

struct Source { // a figure of the chip or core this run rests on
    std::string figure, value, source, grade;
    bool operator==(const Source&) const = default;
};

/// What a stretch of the run drew, on average: the stretches follow each other from cycle 0 and
/// cover the run.
struct PowerSample {
    std::uint64_t start_cycle = 0; // from the start of the inference, as Layer::start_cycle
    std::uint64_t cycles = 0;
    std::uint64_t energy = 0; // fJ
    bool operator==(const PowerSample&) const = default;
};

struct Profile {
    RunInfo run;
    Totals total;
    MemoryUse memory;
    std::vector<CostInfo> causes; // each name once
    Costs cycles_by_cause;
    std::vector<CostInfo> energy_terms; // each name once; empty: energy unknown
    Costs energy_by_term;               // fJ; sums to total.energy
    std::vector<PowerSample> power;
    std::vector<Traffic> traffic;
    std::vector<Layer> layers;
    std::vector<Function> functions;
    std::vector<Context> contexts;
    std::vector<Call> calls;
    std::vector<Instruction> instructions;
    std::vector<ArenaTensor> arena;
    std::vector<Output> outputs;
    std::string console;
    std::vector<Warning> warnings;
    std::vector<Source> sources;
    bool operator==(const Profile&) const = default;
};

/// Promise 1: sums over causes, instructions, functions and layers are the total, and so are the
/// causes of each row; the same of the terms of energy. Names the first sum that differs. A list without rows was not recorded and
/// is not held to the total.
std::optional<std::string> find_unbalanced_sum(const Profile& profile);

/// Do rows that name other rows name such as exist? Says which does not.
std::optional<std::string> find_dangling_row(const Profile& profile);

/// How long the cycles last, in seconds; 0 if the clock is unknown.
double seconds(std::uint64_t cycles, const RunInfo& run);

/// The watts of a sample; 0 if the clock is unknown.
double watts(const PowerSample& sample, const RunInfo& run);

/// The profile as stable text (`--dump profile`): everything but the run's id and time stamp.
std::string dump(const Profile& profile);

} // namespace traces

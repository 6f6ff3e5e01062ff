// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/record/call_tree.h"
#include "profiler/record/function_clock.h"
#include "profiler/record/heap_watch.h"
#include "profiler/record/stack_watch.h"
#include "sim/elf_image.h"
#include "sim/listener.h"
#include "sim/machine.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace record {

/// What one layer cost: calls of its function, with all that it called in its context.
struct LayerCost {
    sim::Reading reading;
    std::uint32_t function = 0;    // first address
    std::uint32_t stack = 0;       // bytes below the stack pointer at its call, the deepest
    std::uint64_t start_cycle = 0; // of its first call, from the start of the window
    std::uint64_t calls = 0;
    std::uint64_t first_call = 1; // which call of its function the first one is
};

struct FunctionCost {
    std::uint32_t address = 0;
    std::uint64_t calls = 0;
    sim::CycleAccount total; // with all that it called; recursion counted once
    StackWatch::Use stack;
};

struct ContextCost {
    std::uint32_t id = 0;
    std::uint64_t activations = 0, cycles = 0;
    StackWatch::Deepest stack; // until the window ended
};

/// What was recorded in the window; its parts sum to `total`.
struct Recording {
    sim::Reading total, outside_window, outside_layers;
    std::vector<LayerCost> layers;       // as asked for
    std::vector<FunctionCost> functions; // rising addresses
    std::vector<CallTree::Node> calls;   // callers first
    std::vector<ContextCost> contexts;   // rising ids; those that ran
    std::vector<sim::InstructionCost> instructions;
    std::vector<sim::Reading> samples; // all until then, at moments that are about equally far apart
    std::uint64_t folded_calls = 0;  // whose path was too much for the call tree
    std::uint64_t folded_layers = 0; // calls that got no row of their own
    std::uint32_t stack = 0;         // deepest of the whole run, from the initial stack pointer
    std::uint64_t heap = 0;          // bytes, the most
};

/// Gives what a meter counts an owner: the layer that is active, the function, its callers, its
/// context. Counts within a window, the first call of one function (one inference), or the whole
/// run.
///
/// What an interrupt handler costs is not in the function, nor in the layer, that it interrupted.
class Recorder final : public sim::Listener {
public:
    enum class LayerRows : std::uint8_t { by_function, by_call };
    struct Window {
        std::optional<std::uint32_t> function; // none: the whole run
        std::vector<std::uint32_t> layer_functions;
        LayerRows layer_rows
            = LayerRows::by_function; // by call: a row each, the outermost of nested ones
        std::optional<HeapWatch::Function> heap_function; // none: the heap is not measured
        std::function<void(std::size_t layer)>
            layer_finished; // for progress and --verify; may be empty
    };
    /// With rows by call: so many calls get a row of their own, further ones one row a function.
    static constexpr std::size_t most_layer_calls = 10'000;
    /// A longer run has samples further apart: always between half of these and all.
    static constexpr std::size_t most_samples = 2'400;

    /// `chip`: whose meter is read, of those the machine times.
    Recorder(sim::Machine& machine, Window window, std::size_t chip = 0);

    void entered(std::uint32_t function) override;
    void left(std::uint32_t function) override;
    void switched(sim::ContextId context) override;
    void progressed(std::uint64_t instructions) override;

    /// Once the run is over.
    Recording finish();

private:
    struct Function {
        std::uint32_t address = 0;
        bool is_layer = false;
        std::uint64_t layer_calls = 0;
        bool moves_heap = false;
        std::optional<std::size_t> layer; // its row; by call: of the calls that are too many
    };
    struct Context {
        std::optional<std::size_t> layer; // open
        std::size_t layer_depth = 0;
        std::uint64_t activations = 0;
    };

    std::uint64_t now() const { return meter_.now().count(); }
    std::uint32_t stack_top() const
    {
        return machine_.tracer().calls().contexts()[context_].stack_top;
    }
    StackWatch::Moment moment() const
    {
        return {
            machine_.tracer().take_recent_stack_low(stack_reader_), stack_top(), tree_.place(), tree_.depth()};
    }
    std::uint32_t number(std::uint32_t function);
    void sample();
    void count_activation();
    void open();
    void close();
    void begin_layer(Function& function);
    void end_layer(std::uint32_t stack);
    std::size_t layer_row(Function& function);
    sim::Reading& owner();
    void settle_to(sim::Reading& owner);
    void take_rows();

    sim::Machine& machine_;
    sim::Meter& meter_;
    std::size_t stack_reader_;
    Window window_;
    std::unordered_map<std::uint32_t, std::uint32_t> ids_; // by first address; never walked through
    std::vector<Function> functions_;                      // by id
    std::vector<Context> contexts_;                        // by id
    std::uint32_t context_ = 0;
    CallTree tree_;
    FunctionClock clock_;
    StackWatch stacks_;
    HeapWatch heap_;
    Recording recording_;
    sim::Reading last_;
    std::uint64_t opened_at_ = 0;
    std::uint64_t sample_interval_ = 64, next_sample_ = 0; // cycles
    std::uint64_t arrived_at_ = 0; // in the context that runs
    std::uint32_t window_context_ = 0;
    std::size_t window_depth_ = 0; // of the call stack outside the window
    bool inside_ = false, done_ = false;
};

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/elf_image.h"
#include "sim/listener.h"
#include "sim/machine.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace record {

/// What one layer cost: every call of its function, with all that it called.
struct LayerCost {
    sim::Reading reading;
    std::uint32_t stack = 0; // bytes below the stack pointer at its call, the deepest
    std::uint64_t start_cycle = 0; // of its first call, from the start of the window
    std::uint64_t calls = 0;
};

struct FunctionCost {
    std::uint64_t calls = 0;
    std::uint64_t total_cycles = 0; // with all that it called; recursion counted once
};

/// What was recorded in the window; its parts sum to `total`.
struct Recording {
    sim::Reading total, outside_window, outside_layers;
    std::vector<LayerCost> layers; // as asked for
    std::map<std::uint32_t, FunctionCost> functions; // by first address
    std::vector<sim::InstructionCost> instructions;
    std::uint32_t stack = 0; // deepest of the whole run, from the initial stack pointer
};

/// Gives what a meter counts an owner: the layer that is active, the function that is active. Counts within a window, the
/// first call of one function (one inference), or the whole run.
class Recorder final : public sim::Listener {
public:
    struct Window {
        std::optional<std::uint32_t> function; // none: the whole run
        std::vector<std::uint32_t> layer_functions;
        std::function<void(std::size_t layer)> layer_finished; // for progress and --verify; may be empty
    };
    Recorder(sim::Machine& machine, Window window);

    void entered(std::uint32_t function) override;
    void left(std::uint32_t function) override;

    /// Once the run is over.
    Recording finish();

private:
    struct Active {
        std::uint32_t function = 0;
        std::uint64_t since = 0;
    };
    void open();
    void close();
    void settle_to(sim::Reading& owner);

    sim::Machine& machine_;
    Window window_;
    std::map<std::uint32_t, std::size_t> layer_of_;
    Recording recording_;
    sim::Reading last_;
    std::vector<Active> active_;
    std::map<std::uint32_t, int> depth_; // how often a function is active
    std::optional<std::size_t> layer_;
    std::size_t layer_depth_ = 0;
    std::uint64_t opened_at_ = 0;
    std::uint32_t layer_stack_top_ = 0;
    bool inside_ = false, done_ = false;
};

} // namespace record

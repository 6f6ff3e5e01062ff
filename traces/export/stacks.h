// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <cstdint>
#include <string>
#include <vector>

namespace traces {

/// A function as formats of other profilers name it: once, whatever path it was reached on.
struct Frame {
    std::string name, file;
    int line = 0; // of its begin; 0: not known
    std::uint32_t address = 0;
    bool operator==(const Frame&) const = default;
};

/// What was spent with this path of functions active.
struct Stack {
    int context = -1;                // row of Profile::contexts; -1: calls were not recorded
    std::vector<std::size_t> frames; // outermost first, in Stacks::frames
    std::uint64_t calls = 0, self_cycles = 0;
};

/// The call tree as stacks, in the order of its rows. Without one (a run that did not record calls)
/// each function is a stack of its own. Self cycles sum to the run's. InputError: a tree too deep
/// to be written path by path.
struct Stacks {
    std::vector<Frame> frames;
    std::vector<Stack> stacks;
};

Stacks stacks_of(const Profile& profile);

} // namespace traces

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"

#include <map>
#include <vector>

namespace sim {

/// Gives each pipeline state a small number, equal ones the same. The cold pipeline (State {}) is number 0.
template <class State>
class StateNumbers {
public:
    StateNumbers() { number_of(State {}); }

    PipelineState number_of(const State& state)
    {
        auto [at, added] = numbers_.try_emplace(state, static_cast<PipelineState>(states_.size()));
        if (added)
            states_.push_back(state);
        return at->second;
    }
    const State& operator[](PipelineState number) const { return states_.at(number); }

private:
    std::vector<State> states_;
    std::map<State, PipelineState> numbers_;
};

} // namespace sim

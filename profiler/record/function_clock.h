// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/cycle_account.h"

#include <cstdint>
#include <vector>

namespace record {

/// Calls of each function, and its cycles with all that it called, by cause; recursion counts once,
/// and while another context runs its time stands still. Accounts are asked for only when a
/// function becomes active or is so no longer.
class FunctionClock {
public:
    struct Cost {
        std::uint64_t calls = 0;
        sim::CycleAccount total;
    };

    FunctionClock()
    {
        switch_to(0, [] { return sim::CycleAccount {}; });
    }

    /// `account`: gives all cycles until now.
    template <class Account>
    void enter(std::uint32_t function_id, Account&& account)
    {
        if (function_id >= costs_.size())
            costs_.resize(function_id + 1);
        ++costs_[function_id].calls;
        std::vector<Timer>& timers = context_->timers;
        if (function_id >= timers.size())
            timers.resize(costs_.size());
        Timer& timer = timers[function_id];
        if (timer.active++ == 0) {
            timer.since = account();
            timer.since -= context_->away;
        }
    }
    template <class Account>
    void leave(std::uint32_t function_id, Account&& account)
    {
        Timer& timer = context_->timers[function_id];
        if (--timer.active == 0)
            stop(function_id, timer, account(), context_->away);
    }
    template <class Account>
    void switch_to(std::uint32_t context, Account&& account)
    {
        sim::CycleAccount now = account();
        if (context_)
            context_->left_at = now;
        if (context >= contexts_.size())
            contexts_.resize(context + 1, Context {.timers = {}, .away = {}, .left_at = now});
        context_ = &contexts_[context];
        context_->away += now;
        context_->away -= context_->left_at;
    }

    /// Counts from zero again, and so does the account that will be asked for; what is active stays
    /// so.
    void restart();
    /// What is active counts as if it were left.
    void settle(const sim::CycleAccount& now);
    Cost cost_of(std::uint32_t function_id) const
    {
        return function_id < costs_.size() ? costs_[function_id] : Cost {};
    }

private:
    struct Timer {
        std::uint64_t active = 0;
        sim::CycleAccount since;
    };
    struct Context {
        std::vector<Timer> timers; // by function id
        sim::CycleAccount away;    // what others ran
        sim::CycleAccount left_at;
    };

    void stop(std::uint32_t function_id, Timer& timer, const sim::CycleAccount& now,
        const sim::CycleAccount& away)
    {
        sim::CycleAccount& total = costs_[function_id].total;
        total += now;
        total -= away;
        total -= timer.since;
    }

    std::vector<Cost> costs_; // by function id
    std::vector<Context> contexts_;
    Context* context_ = nullptr;
};

} // namespace record

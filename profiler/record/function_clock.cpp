// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/function_clock.h"

namespace record {

void FunctionClock::restart()
{
    for (Cost& cost : costs_)
        cost = {};
    for (Context& context : contexts_) {
        context.away = context.left_at = {};
        for (Timer& timer : context.timers)
            timer.since = {};
    }
}

void FunctionClock::settle(const sim::CycleAccount& now)
{
    for (Context& context : contexts_) {
        const sim::CycleAccount& time = &context == context_ ? now : context.left_at;
        for (std::uint32_t id = 0; id < context.timers.size(); ++id)
            if (Timer& timer = context.timers[id]; timer.active > 0) {
                stop(id, timer, time, context.away);
                timer.since = time;
                timer.since -= context.away;
            }
    }
}

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/stack_watch.h"

namespace record {

void StackWatch::restart()
{
    std::ranges::fill(uses_, Use {});
    for (Stack& stack : stacks_)
        for (Frame& frame : stack.frames)
            frame.low = frame.begin;
}

void StackWatch::settle()
{
    for (Stack& stack : stacks_)
        for (std::size_t i = stack.frames.size(); i-- > 0;) {
            const Frame& frame = stack.frames[i];
            Use& use = uses_[frame.function];
            use.all = std::max(use.all, frame.begin - frame.low);
            if (i > 0 && stack.frames[i - 1].stack == frame.stack)
                stack.frames[i - 1].low = std::min(stack.frames[i - 1].low, frame.low);
        }
}

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/stack_watch.h"

namespace record {

void StackWatch::restart()
{
    std::ranges::fill(uses_, Use {});
    for (Stack& stack : stacks_)
        for (Frame& frame : stack.frames)
            frame.low = frame.top;
}

void StackWatch::settle()
{
    for (Stack& stack : stacks_) {
        std::uint32_t low = ~0u;
        for (std::size_t i = stack.frames.size(); i-- > 0;) {
            Frame& frame = stack.frames[i];
            frame.low = low = std::min(low, frame.low);
            Use& use = uses_[frame.function];
            use.all = std::max(use.all, frame.top - std::min(frame.top, low));
        }
    }
}

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace record {

/// How deep the stacks were: by function, its own frame and with all that it called, and by
/// context. Told the stack pointer at each call, before the first instruction of the function, and
/// the lowest value it had since it was told last.
///
/// A function's bytes are counted from the stack pointer at its call; the frame that an exception
/// pushes on its stack is among them, what the handler takes is not. A context may go on with
/// another stack (start-up that leaves the reset stack, a thread that begins to use the process
/// stack): what functions that were active before have on the new one is left out.
class StackWatch {
public:
    struct Use {
        std::uint32_t own = 0, all = 0; // bytes
    };
    struct Deepest { // of a context
        std::uint32_t bytes = 0;
        std::uint32_t place = ~0u; // in the call tree; none: no stack was used
        std::uint64_t depth = 0;
    };
    struct Moment {              // of the context at hand, until now
        std::uint32_t low = ~0u; // lowest stack pointer since the last moment
        std::uint32_t top = 0;   // where the stack begins that it is on
        std::uint32_t place = 0; // in the call tree
        std::uint64_t depth = 0;
    };

    StackWatch() { switch_to(0); }

    void passed(const Moment& moment)
    {
        if (moment.low == ~0u)
            return;
        Stack& stack = *stack_;
        if (moment.low < moment.top && moment.top - moment.low > stack.deepest.bytes)
            stack.deepest = {moment.top - moment.low, moment.place, moment.depth};
        if (stack.frames.empty())
            return;
        Frame& frame = stack.frames.back();
        if (moment.low < frame.begin && moment.top == frame.stack) {
            Use& use = uses_[frame.function];
            use.own = std::max(use.own, frame.begin - moment.low);
            frame.low = std::min(frame.low, moment.low);
        }
    }
    /// `top`: as in Moment.
    void enter(std::uint32_t function_id, std::uint32_t stack_pointer, std::uint32_t top)
    {
        if (function_id >= uses_.size())
            uses_.resize(function_id + 1);
        stack_->frames.push_back({function_id, stack_pointer, stack_pointer, top});
    }
    /// The bytes that the function entered last had below the stack pointer at its call.
    std::uint32_t leave()
    {
        Stack& stack = *stack_;
        Frame frame = stack.frames.back();
        stack.frames.pop_back();
        std::uint32_t bytes = frame.begin - frame.low;
        Use& use = uses_[frame.function];
        use.all = std::max(use.all, bytes);
        if (!stack.frames.empty() && stack.frames.back().stack == frame.stack)
            stack.frames.back().low = std::min(stack.frames.back().low, frame.low);
        return bytes;
    }
    void switch_to(std::uint32_t context)
    {
        if (context >= stacks_.size())
            stacks_.resize(context + 1);
        stack_ = &stacks_[context];
    }

    /// Functions count from zero again; what is active goes on from where it is.
    void restart();
    /// What is active counts as if it were left.
    void settle();
    Use use_of(std::uint32_t function_id) const
    {
        return function_id < uses_.size() ? uses_[function_id] : Use {};
    }
    Deepest deepest(std::uint32_t context) const
    {
        return context < stacks_.size() ? stacks_[context].deepest : Deepest {};
    }

private:
    struct Frame {
        std::uint32_t function = 0;
        std::uint32_t begin = 0, low = 0; // the stack pointer: at its call, the lowest
        std::uint32_t stack = 0;          // where the stack begins that it was called on
    };
    struct Stack {
        std::vector<Frame> frames;
        Deepest deepest;
    };
    std::vector<Use> uses_;     // by function id
    std::vector<Stack> stacks_; // by context
    Stack* stack_ = nullptr;
};

} // namespace record

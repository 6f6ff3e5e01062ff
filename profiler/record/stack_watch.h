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
/// A function's bytes are counted from the stack pointer at its call. A context's are counted from
/// the highest at which a function of it began, so what hardware pushes before a handler begins is
/// left out.
class StackWatch {
public:
    struct Use {
        std::uint32_t own = 0, all = 0; // bytes
    };
    struct Context {
        std::uint32_t top = 0, low = ~0u;
        std::uint32_t deepest_place = ~0u; // in the call tree
        std::uint64_t deepest_depth = 0;

        std::uint32_t bytes() const { return low < top ? top - low : 0; }
    };
    struct Moment {              // of the context at hand, until now
        std::uint32_t low = ~0u; // lowest stack pointer since the last moment
        std::uint32_t place = 0; // in the call tree
        std::uint64_t depth = 0;
    };

    StackWatch() { switch_to(0); }

    void passed(const Moment& moment)
    {
        if (moment.low == ~0u)
            return;
        Stack& stack = *stack_;
        if (moment.low < stack.context.low) {
            stack.context.low = moment.low;
            stack.context.deepest_place = moment.place;
            stack.context.deepest_depth = moment.depth;
        }
        if (stack.frames.empty())
            return;
        Frame& frame = stack.frames.back();
        if (moment.low < frame.top) {
            Use& use = uses_[frame.function];
            use.own = std::max(use.own, frame.top - moment.low);
            frame.low = std::min(frame.low, moment.low);
        }
    }
    void enter(std::uint32_t function_id, std::uint32_t stack_pointer)
    {
        if (function_id >= uses_.size())
            uses_.resize(function_id + 1);
        Stack& stack = *stack_;
        stack.context.top = std::max(stack.context.top, stack_pointer);
        stack.frames.push_back({function_id, stack_pointer, stack_pointer});
    }
    /// The bytes that the function entered last had below the stack pointer at its call.
    std::uint32_t leave()
    {
        Stack& stack = *stack_;
        Frame frame = stack.frames.back();
        stack.frames.pop_back();
        std::uint32_t bytes = frame.top - frame.low;
        Use& use = uses_[frame.function];
        use.all = std::max(use.all, bytes);
        if (!stack.frames.empty())
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
    Context context(std::uint32_t id) const
    {
        return id < stacks_.size() ? stacks_[id].context : Context {};
    }

private:
    struct Frame {
        std::uint32_t function = 0, top = 0, low = 0;
    };
    struct Stack {
        std::vector<Frame> frames;
        Context context;
    };
    std::vector<Use> uses_;     // by function id
    std::vector<Stack> stacks_; // by context
    Stack* stack_ = nullptr;
};

} // namespace record

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/block.h"
#include "sim/elf_image.h"
#include "sim/listener.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace sim {

/// What a context is, and how deep its stack was.
struct Context {
    enum class Kind : std::uint8_t { reset, task, exception };
    Kind kind = Kind::reset;
    unsigned number = 0;        // of the exception; of the task, counted from 1
    std::uint32_t function = 0; // it began with
    std::uint32_t stack_top = 0,
                  stack_low = 0;      // of the stack it is on: where it began, the lowest so far
    std::uint32_t stack_used = 0;     // bytes, the most of any stack it was on before
    std::uint32_t stack_lowest = ~0u; // address, of any stack it was on

    std::uint32_t stack_bytes() const { return std::max(stack_used, stack_top - stack_low); }
};

/// Which functions are active, followed from block to block: calls, returns (also several at once,
/// as longjmp does), and jumps to the first instruction of another function (tail calls); for each
/// context on its own. A scheduler is recognized by what it does: an exception that returns to
/// another stack frame than it interrupted.
///
/// Left out: a function that runs into the next without any branch (the block is the first one's);
/// switches of coroutines without an exception (their calls end when the stack they belong to is
/// returned to).
class CallStack {
public:
    explicit CallStack(const ElfImage& image);

    void begin(std::uint32_t first_pc, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    /// Control went from the end of `from` to `to`.
    void passed(const Block& from, std::uint32_t to, std::vector<Listener*>& listeners)
    {
        const Instruction& last = from.last();
        bool inside = last.flow == Flow::conditional_branch || last.flow == Flow::next || last.flow == Flow::branch;
        if (inside && to - function_start_ < function_size_ && to != function_start_)
            return;
        change(from, to, listeners);
    }
    /// An exception was taken: the context that ran waits with its frame at `frame`.
    void exception_entered(
        unsigned exception, std::uint32_t handler, std::uint32_t frame, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    /// One exception's handler ends and the next begins without anything in between.
    void exception_chained(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    /// A handler returns to whoever waits with the frame at `frame`; a task that never ran begins
    /// at `to`.
    void exception_left(std::uint32_t to, std::uint32_t frame, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    /// After a reset: all calls are left but the first, and context 0 goes on with `first_pc`.
    void restart(std::uint32_t first_pc, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    /// Everything active is left, in every context.
    void end(std::vector<Listener*>& listeners);

    ContextId current() const { return current_; }
    const std::vector<Context>& contexts() const { return contexts_; }

    /// The stack of the context that runs reaches down to `address`. False if it did before.
    bool lower_stack(std::uint32_t address)
    {
        Context& context = contexts_[current_];
        if (address >= context.stack_low)
            return false;
        context.stack_low = address;
        context.stack_lowest = std::min(context.stack_lowest, address);
        return true;
    }
    /// The context that runs goes on with another stack, as a start-up that leaves the reset stack
    /// does.
    void move_stack(std::uint32_t stack_pointer);

    /// First addresses of the functions active in the context that runs, innermost first; at most
    /// `limit`.
    std::vector<std::uint32_t> active_functions(std::size_t limit) const;
    std::size_t depth() const { return frames_[current_].size(); }

private:
    struct Frame {
        std::uint32_t function = 0; // its first address
        std::uint32_t return_address = 0;
    };
    static constexpr std::uint32_t nowhere = 1; // odd: no return goes there

    std::vector<Frame>& frames() { return frames_[current_]; }
    ContextId context_of_exception(unsigned exception);
    ContextId new_context(Context context);
    void start_handler(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer, std::vector<Listener*>& listeners);
    void switch_to(ContextId context, std::vector<Listener*>& listeners);
    void change(const Block& from, std::uint32_t to, std::vector<Listener*>& listeners);
    void push(std::uint32_t function, std::uint32_t return_address, std::vector<Listener*>& listeners);
    void pop(std::vector<Listener*>& listeners);
    void pop_all(std::vector<Listener*>& listeners);
    void follow_top();

    const ElfImage& image_;
    std::vector<Context> contexts_;
    std::vector<std::vector<Frame>> frames_;     // by context
    std::map<unsigned, ContextId> exceptions_;   // the context of each exception number
    std::map<std::uint32_t, ContextId> waiting_; // by the address of the frame an exception pushed
    ContextId current_ = 0;
    unsigned tasks_ = 0;
    std::uint32_t function_start_ = 0, function_size_ = 0; // of the frame on top
};

} // namespace sim

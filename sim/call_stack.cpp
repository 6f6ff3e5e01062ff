// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/call_stack.h"

#include "base/check.h"

namespace sim {

CallStack::CallStack(const ElfImage& image)
    : image_(image)
{
}

ContextId CallStack::new_context(Context context)
{
    contexts_.push_back(context);
    frames_.emplace_back();
    return static_cast<ContextId>(contexts_.size() - 1);
}

void CallStack::begin(std::uint32_t first_pc, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    CHECK(contexts_.empty());
    current_ = new_context({.kind = Context::Kind::reset, .function = first_pc, .stack_top = stack_pointer, .stack_low = stack_pointer});
    push(first_pc, nowhere, listeners);
}

void CallStack::end(std::vector<Listener*>& listeners)
{
    pop_all(listeners);
    for (ContextId context = 0; context < contexts_.size(); ++context)
        if (!frames_[context].empty()) {
            switch_to(context, listeners);
            pop_all(listeners);
        }
}

void CallStack::restart(std::uint32_t first_pc, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    for (ContextId context = static_cast<ContextId>(contexts_.size()); context-- > 0;) {
        bool first = context == 0;
        if (context != current_ && (first || !frames_[context].empty()))
            switch_to(context, listeners);
        while (current_ == context && frames().size() > (first ? 1 : 0))
            pop(listeners);
    }
    waiting_.clear();
    move_stack(stack_pointer);
    const FunctionSymbol* symbol = image_.function_at(first_pc);
    if (frames().front().function != (symbol ? symbol->address : first_pc))
        push(first_pc, nowhere, listeners);
}

void CallStack::push(std::uint32_t function, std::uint32_t return_address, std::vector<Listener*>& listeners)
{
    const FunctionSymbol* symbol = image_.function_at(function);
    frames().push_back({symbol ? symbol->address : function, return_address});
    follow_top();
    for (Listener* listener : listeners)
        listener->entered(frames().back().function);
}

void CallStack::pop(std::vector<Listener*>& listeners)
{
    for (Listener* listener : listeners)
        listener->left(frames().back().function);
    frames().pop_back();
    follow_top();
}

void CallStack::pop_all(std::vector<Listener*>& listeners)
{
    while (!frames().empty())
        pop(listeners);
}

void CallStack::follow_top()
{
    const FunctionSymbol* symbol = frames().empty() ? nullptr : image_.function_at(frames().back().function);
    function_start_ = symbol ? symbol->address : 0;
    function_size_ = symbol ? symbol->size : 0;
}

void CallStack::change(const Block& from, std::uint32_t to, std::vector<Listener*>& listeners)
{
    Flow flow = from.last().flow;
    if ((flow == Flow::call || flow == Flow::indirect_call) && to != from.end()) {
        push(to, from.end(), listeners);
        return;
    }
    if (flow == Flow::trap)
        return;
    std::vector<Frame>& active = frames();
    if (flow == Flow::indirect) // a return, if any frame waits for it; tail calls share a return address
        for (std::size_t i = active.size(); i-- > 0;)
            if (active[i].return_address == to) {
                while (i > 0 && active[i - 1].return_address == to)
                    --i;
                while (active.size() > i)
                    pop(listeners);
                return;
            }
    const FunctionSymbol* symbol = image_.function_at(to);
    if (symbol && symbol->address == to && to != function_start_ && !active.empty()) // a tail call
        push(to, active.back().return_address, listeners);
}

void CallStack::switch_to(ContextId context, std::vector<Listener*>& listeners)
{
    current_ = context;
    follow_top();
    for (Listener* listener : listeners)
        listener->switched(context);
}

ContextId CallStack::context_of_exception(unsigned exception)
{
    auto found = exceptions_.find(exception);
    if (found != exceptions_.end())
        return found->second;
    return exceptions_[exception] = new_context({.kind = Context::Kind::exception, .number = exception});
}

void CallStack::start_handler(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    ContextId context = context_of_exception(exception);
    Context& info = contexts_[context];
    info.stack_used = info.stack_bytes();
    info.stack_top = info.stack_low = stack_pointer;
    info.function = handler;
    switch_to(context, listeners);
    push(handler, nowhere, listeners);
}

void CallStack::exception_entered(
    unsigned exception, std::uint32_t handler, std::uint32_t frame, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    waiting_[frame] = current_;
    start_handler(exception, handler, stack_pointer, listeners);
}

void CallStack::exception_chained(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    pop_all(listeners);
    start_handler(exception, handler, stack_pointer, listeners);
}

void CallStack::exception_left(std::uint32_t to, std::uint32_t frame, std::uint32_t stack_pointer, std::vector<Listener*>& listeners)
{
    pop_all(listeners);
    auto found = waiting_.find(frame);
    if (found != waiting_.end()) {
        ContextId context = found->second;
        waiting_.erase(found);
        switch_to(context, listeners);
        return;
    }
    ContextId task
        = new_context({.kind = Context::Kind::task, .number = ++tasks_, .function = to, .stack_top = stack_pointer, .stack_low = stack_pointer});
    switch_to(task, listeners);
    push(to, nowhere, listeners);
}

void CallStack::move_stack(std::uint32_t stack_pointer)
{
    Context& context = contexts_[current_];
    context.stack_used = context.stack_bytes();
    context.stack_top = context.stack_low = stack_pointer;
}

std::vector<std::uint32_t> CallStack::active_functions(std::size_t limit) const
{
    std::vector<std::uint32_t> functions;
    const std::vector<Frame>& active = frames_[current_];
    for (std::size_t i = active.size(); i-- > 0 && functions.size() < limit;)
        functions.push_back(active[i].function);
    return functions;
}

} // namespace sim

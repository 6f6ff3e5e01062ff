// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/call_stack.h"

namespace sim {

CallStack::CallStack(const ElfImage& image)
    : image_(image)
{
}

void CallStack::begin(std::uint32_t first_pc, std::vector<Listener*>& listeners) { push(first_pc, nowhere, listeners); }

void CallStack::end(std::vector<Listener*>& listeners)
{
    while (!frames_.empty())
        pop(listeners);
}

void CallStack::push(std::uint32_t function, std::uint32_t return_address, std::vector<Listener*>& listeners)
{
    const FunctionSymbol* symbol = image_.function_at(function);
    frames_.push_back({symbol ? symbol->address : function, return_address});
    follow_top();
    for (Listener* listener : listeners)
        listener->entered(frames_.back().function);
}

void CallStack::pop(std::vector<Listener*>& listeners)
{
    for (Listener* listener : listeners)
        listener->left(frames_.back().function);
    frames_.pop_back();
    follow_top();
}

void CallStack::follow_top()
{
    const FunctionSymbol* symbol = frames_.empty() ? nullptr : image_.function_at(frames_.back().function);
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
    if (flow == Flow::indirect) // a return, if any frame waits for it; tail calls share a return address
        for (std::size_t i = frames_.size(); i-- > 0;)
            if (frames_[i].return_address == to) {
                while (i > 0 && frames_[i - 1].return_address == to)
                    --i;
                while (frames_.size() > i)
                    pop(listeners);
                return;
            }
    const FunctionSymbol* symbol = image_.function_at(to);
    if (symbol && symbol->address == to && to != function_start_ && !frames_.empty()) // a tail call
        push(to, frames_.back().return_address, listeners);
}

} // namespace sim

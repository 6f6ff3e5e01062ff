// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/recorder.h"

#include "base/check.h"

#include <algorithm>

namespace record {

Recorder::Recorder(sim::Machine& machine, Window window, std::size_t chip)
    : machine_(machine)
    , meter_(machine.meter(chip))
    , stack_reader_(machine.tracer().add_stack_reader())
    , window_(std::move(window))
    , contexts_(1)
{
    if (window_.heap_function)
        functions_[number(window_.heap_function->address)].moves_heap = true;
    for (std::uint32_t address : window_.layer_functions) {
        Function& function = functions_[number(address)];
        function.is_layer = true;
        if (window_.layer_rows == LayerRows::by_function) {
            function.layer = recording_.layers.size();
            recording_.layers.push_back({.reading = {}, .function = address});
        }
    }
    machine.add_listener(*this);
    if (!window_.function)
        open();
}

std::uint32_t Recorder::number(std::uint32_t function)
{
    auto [place, fresh] = ids_.try_emplace(function, static_cast<std::uint32_t>(functions_.size()));
    if (fresh)
        functions_.push_back({.address = function, .layer = {}});
    return place->second;
}

void Recorder::open()
{
    recording_.outside_window += meter_.read();
    meter_.forget();
    last_ = meter_.read();
    opened_at_ = now();
    next_sample_ = opened_at_ + sample_interval_;
    tree_.restart(opened_at_);
    clock_.restart();
    stacks_.restart();
    for (Context& context : contexts_)
        context.activations = 0;
    arrived_at_ = opened_at_;
    window_context_ = context_;
    window_depth_ = tree_.depth();
    inside_ = true;
}

void Recorder::close()
{
    settle_to(owner());
    count_activation();
    recording_.total = meter_.read();
    recording_.instructions = meter_.instructions();
    take_rows();
    meter_.forget();
    inside_ = false;
    done_ = true;
}

sim::Reading& Recorder::owner()
{
    const std::optional<std::size_t>& layer = contexts_[context_].layer;
    return layer ? recording_.layers[*layer].reading : recording_.outside_layers;
}

void Recorder::progressed(std::uint64_t)
{
    sample();
}

void Recorder::sample()
{
    if (!inside_ || now() < next_sample_)
        return;
    std::vector<sim::Reading>& samples = recording_.samples;
    samples.push_back(meter_.read());
    if (samples.size() == most_samples) {
        for (std::size_t i = 0; i < most_samples / 2; ++i)
            samples[i] = std::move(samples[2 * i + 1]);
        samples.resize(most_samples / 2);
        sample_interval_ *= 2;
    }
    next_sample_ = now() + sample_interval_;
}

/// All that was counted since the last call belongs to `owner`.
void Recorder::settle_to(sim::Reading& owner)
{
    sim::Reading since = meter_.read();
    since -= last_;
    owner += since;
    last_ = meter_.read();
}

void Recorder::entered(std::uint32_t address)
{
    if (done_)
        return;
    sample();
    stacks_.passed(moment());
    if (!inside_ && address == *window_.function)
        open();
    const CallTree::Node& node
        = tree_.enter(address, now(), [this](std::uint32_t function) { return number(function); });
    clock_.enter(node.function_id, [this] { return meter_.cycles_by_cause(); });
    stacks_.enter(node.function_id, machine_.stack_pointer(), stack_top());
    Function& function = functions_[node.function_id];
    if (function.is_layer && inside_ && !contexts_[context_].layer)
        begin_layer(function);
    if (function.moves_heap)
        heap_.entered(machine_.register_value(window_.heap_function->argument));
}

void Recorder::left(std::uint32_t address)
{
    if (done_ || tree_.depth() == 0)
        return;
    sample();
    stacks_.passed(moment());
    const CallTree::Node& node = tree_.leave(now());
    CHECK(node.function == address);
    clock_.leave(node.function_id, [this] { return meter_.cycles_by_cause(); });
    std::uint32_t stack = stacks_.leave();
    if (functions_[node.function_id].moves_heap)
        heap_.left(machine_.register_value(0));
    const Context& context = contexts_[context_];
    if (context.layer && tree_.depth() == context.layer_depth)
        end_layer(stack);
    if (inside_ && window_.function && context_ == window_context_
        && tree_.depth() == window_depth_)
        close();
}

void Recorder::switched(sim::ContextId context)
{
    if (done_)
        return;
    count_activation();
    if (context == context_) // a handler that is taken again at once
        return;
    if (context >= contexts_.size())
        contexts_.resize(context + 1);
    stacks_.passed(moment());
    if (inside_ && (contexts_[context_].layer || contexts_[context].layer))
        settle_to(owner());
    context_ = context;
    tree_.switch_to(context, now());
    clock_.switch_to(context, [this] { return meter_.cycles_by_cause(); });
    stacks_.switch_to(context);
}

/// Only where time passed: at the end of a run contexts are switched to only to be left.
void Recorder::count_activation()
{
    if (now() > arrived_at_)
        ++contexts_[context_].activations;
    arrived_at_ = now();
}

void Recorder::begin_layer(Function& function)
{
    settle_to(recording_.outside_layers);
    ++function.layer_calls;
    std::size_t row = layer_row(function);
    contexts_[context_].layer = row;
    contexts_[context_].layer_depth = tree_.depth() - 1;
    LayerCost& cost = recording_.layers[row];
    if (cost.calls++ == 0) {
        cost.start_cycle = now() - opened_at_;
        cost.first_call = function.layer_calls;
    }
}

std::size_t Recorder::layer_row(Function& function)
{
    if (function.layer)
        return *function.layer;
    std::size_t row = recording_.layers.size();
    recording_.layers.push_back({.reading = {}, .function = function.address});
    if (row >= most_layer_calls)
        function.layer = row;
    return row;
}

void Recorder::end_layer(std::uint32_t stack)
{
    std::size_t row = *contexts_[context_].layer;
    LayerCost& cost = recording_.layers[row];
    settle_to(cost.reading);
    cost.stack = std::max(cost.stack, stack);
    contexts_[context_].layer.reset();
    if (window_.layer_finished)
        window_.layer_finished(row);
}

void Recorder::take_rows()
{
    clock_.settle(meter_.cycles_by_cause());
    stacks_.settle();
    recording_.calls = tree_.settle(now());
    recording_.folded_calls = tree_.folded_calls();
    for (std::uint32_t id = 0; id < functions_.size(); ++id) {
        FunctionClock::Cost cost = clock_.cost_of(id);
        recording_.functions.push_back(
            {functions_[id].address, cost.calls, cost.total, stacks_.use_of(id)});
    }
    std::ranges::sort(recording_.functions, {}, &FunctionCost::address);
    std::vector<ContextCost> contexts(contexts_.size());
    std::vector<bool> ran(contexts_.size());
    for (const CallTree::Node& node : recording_.calls) {
        contexts[node.context].cycles += node.self_cycles;
        ran[node.context] = ran[node.context] || node.self_cycles > 0 || node.calls > 0;
    }
    for (std::uint32_t id = 0; id < contexts_.size(); ++id)
        if (ran[id])
            recording_.contexts.push_back(
                {id, contexts_[id].activations, contexts[id].cycles, stacks_.deepest(id)});
    for (const LayerCost& layer : recording_.layers)
        if (window_.layer_rows == LayerRows::by_call && layer.calls > 1)
            recording_.folded_layers += layer.calls;
}

Recording Recorder::finish()
{
    if (inside_)
        close();
    recording_.outside_window += meter_.read();
    recording_.stack = machine_.tracer().main_stack_bytes();
    recording_.heap = heap_.bytes();
    return std::move(recording_);
}

} // namespace record

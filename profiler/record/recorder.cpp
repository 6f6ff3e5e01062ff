// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/recorder.h"

#include "base/check.h"

#include <algorithm>

namespace record {

Recorder::Recorder(sim::Machine& machine, Window window)
    : machine_(machine)
    , window_(std::move(window))
{
    for (std::size_t i = 0; i < window_.layer_functions.size(); ++i)
        layer_of_[window_.layer_functions[i]] = i;
    recording_.layers.resize(window_.layer_functions.size());
    machine.add_listener(*this);
}

void Recorder::open()
{
    recording_.outside_window += machine_.meter().read();
    machine_.meter().forget();
    last_ = machine_.meter().read();
    opened_at_ = machine_.meter().now().count();
    inside_ = true;
}

void Recorder::close()
{
    settle_to(recording_.outside_layers);
    recording_.total = machine_.meter().read();
    recording_.instructions = machine_.meter().instructions();
    machine_.meter().forget();
    inside_ = false;
    done_ = true;
}

/// All that was counted since the last call belongs to `owner`.
void Recorder::settle_to(sim::Reading& owner)
{
    sim::Reading now = machine_.meter().read();
    sim::Reading since = now;
    since -= last_;
    owner += since;
    last_ = std::move(now);
}

void Recorder::entered(std::uint32_t function)
{
    if (!inside_ && !done_ && (!window_.function || *window_.function == function))
        open();
    if (!inside_)
        return;
    active_.push_back({function, machine_.meter().now().count()});
    ++recording_.functions[function].calls;
    ++depth_[function];

    auto layer = layer_of_.find(function);
    if (layer == layer_of_.end() || layer_)
        return;
    settle_to(recording_.outside_layers);
    layer_ = layer->second;
    layer_depth_ = active_.size();
    LayerCost& cost = recording_.layers[*layer_];
    if (cost.calls++ == 0)
        cost.start_cycle = machine_.meter().now().count() - opened_at_;
    machine_.tracer().take_recent_stack_low();
    layer_stack_top_ = machine_.stack_pointer();
}

void Recorder::left(std::uint32_t function)
{
    if (!inside_ || active_.empty())
        return;
    CHECK(active_.back().function == function);
    if (--depth_[function] == 0)
        recording_.functions[function].total_cycles += machine_.meter().now().count() - active_.back().since;
    bool layer_ends = layer_ && active_.size() == layer_depth_;
    active_.pop_back();
    if (layer_ends) {
        LayerCost& cost = recording_.layers[*layer_];
        settle_to(cost.reading);
        std::uint32_t low = machine_.tracer().take_recent_stack_low();
        if (low < layer_stack_top_)
            cost.stack = std::max(cost.stack, layer_stack_top_ - low);
        std::size_t finished = *layer_;
        layer_.reset();
        if (window_.layer_finished)
            window_.layer_finished(finished);
    }
    if (active_.empty())
        close();
}

Recording Recorder::finish()
{
    CHECK(!inside_);
    recording_.outside_window += machine_.meter().read();
    recording_.stack = machine_.tracer().main_stack_bytes();
    return std::move(recording_);
}

} // namespace record

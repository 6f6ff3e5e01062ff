// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/perfetto.h"

#include "traces/export/layer_times.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <vector>

namespace traces {
namespace {

using Json = nlohmann::ordered_json;

constexpr int process = 1, layer_track = 1, function_track = 2;

class Writer {
public:
    explicit Writer(const Profile& profile)
        : profile_(profile)
        , us_per_cycle_(
              profile.run.clock_hz == 0 ? 1 : 1e6 / static_cast<double>(profile.run.clock_hz))
    {
    }

    Json json()
    {
        std::vector<LayerTime> times = layer_times(profile_);
        name("process_name", 0, profile_.run.target + " on " + profile_.run.chip);
        name("thread_name", layer_track, "layers");
        name("thread_name", function_track,
            "functions (width is time, order within a layer is not)");
        slice(layer_track, "inference", 0, profile_.total.cycles,
            {{"cycles", profile_.total.cycles}, {"instructions", profile_.total.instructions},
                {"macs", profile_.total.macs},
                {"cycles_by_cause", causes(profile_.cycles_by_cause)}});
        for (const LayerTime& time : times)
            add_layer(time);
        std::uint64_t placed = add_functions(times);
        for (const LayerTime& time : times)
            add_counters(time);
        if (!times.empty())
            end_counters(times.back());
        add_power();
        return {{"displayTimeUnit", "ns"}, {"traceEvents", events_},
            {"otherData",
                {{"tool", "mcuprof " + profile_.run.tool_version}, {"target", profile_.run.target},
                    {"chip", profile_.run.chip}, {"clock_hz", profile_.run.clock_hz},
                    {"cycles", profile_.total.cycles},
                    {"cycles_of_functions_without_a_place",
                        profile_.calls.empty() ? 0 : profile_.total.cycles - placed}}}};
    }

private:
    Json causes(const Costs& costs) const
    {
        Json json = Json::object();
        for (const Cost& cost : costs)
            if (cost.value > 0)
                json[cost.name] = cost.value;
        return json;
    }

    double time(std::uint64_t cycles) const { return static_cast<double>(cycles) * us_per_cycle_; }

    void name(const char* what, int track, const std::string& text)
    {
        events_.push_back({{"ph", "M"}, {"name", what}, {"pid", process}, {"tid", track},
            {"args", {{"name", text}}}});
    }

    void slice(int track, const std::string& title, std::uint64_t begin, std::uint64_t cycles,
        Json arguments)
    {
        events_.push_back({{"ph", "X"}, {"name", title},
            {"cat", track == layer_track ? "layer" : "function"}, {"pid", process}, {"tid", track},
            {"ts", time(begin)}, {"dur", time(cycles)}, {"args", std::move(arguments)}});
    }

    void counter(const std::string& title, std::uint64_t at, Json values)
    {
        events_.push_back({{"ph", "C"}, {"name", title}, {"pid", process}, {"ts", time(at)},
            {"args", std::move(values)}});
    }

    void add_layer(const LayerTime& at)
    {
        const Layer& layer = *at.layer;
        slice(layer_track,
            fmt::format("{} {}", layer.index, layer.title.empty() ? layer.name : layer.title),
            at.begin, layer.cycles,
            {{"index", layer.index}, {"function", layer.name}, {"kernel", layer.kernel},
                {"cycles", layer.cycles}, {"instructions", layer.instructions},
                {"macs", layer.macs}, {"weight_bytes", layer.weight_bytes},
                {"flash_read_bytes", layer.flash_read_bytes}, {"stack_bytes", layer.stack},
                {"cycles_by_cause", causes(layer.cycles_by_cause)}});
    }

    void add_counters(const LayerTime& at)
    {
        const Layer& layer = *at.layer;
        counter("arena SRAM, bytes", at.begin,
            {{"tensors", layer.sram_live}, {"scratch", layer.scratch}});
        if (profile_.power.empty() && layer.energy && profile_.run.clock_hz > 0)
            counter("power, mW", at.begin,
                {{"power", layer.energy->joules * 1e3 / seconds(layer.cycles, profile_.run)}});
    }

    void end_counters(const LayerTime& last)
    {
        counter("arena SRAM, bytes", last.end, {{"tensors", 0}, {"scratch", 0}});
        if (profile_.power.empty() && last.layer->energy && profile_.run.clock_hz > 0)
            counter("power, mW", last.end, {{"power", 0}});
    }

    void add_power()
    {
        if (profile_.run.clock_hz == 0)
            return;
        for (const PowerSample& sample : profile_.power)
            counter("power, mW", sample.start_cycle, {{"power", watts(sample, profile_.run) * 1e3}});
        if (!profile_.power.empty())
            counter("power, mW", profile_.power.back().start_cycle + profile_.power.back().cycles, {{"power", 0}});
    }

    /// What is below the function of a layer that was called once. Returns the self cycles placed.
    std::uint64_t add_functions(const std::vector<LayerTime>& times)
    {
        std::map<std::string, const LayerTime*> by_function;
        for (const LayerTime& at : times)
            by_function.emplace(at.layer->name, &at);
        constexpr std::uint64_t nowhere = ~std::uint64_t {0};
        std::vector<std::uint64_t> begins(profile_.calls.size(), nowhere), next = begins;
        std::uint64_t placed = 0;
        for (std::size_t i = 0; i < profile_.calls.size(); ++i) {
            const Call& call = profile_.calls[i];
            auto parent = static_cast<std::size_t>(call.parent);
            if (call.parent >= 0 && begins[parent] != nowhere) {
                begins[i] = next[parent];
                next[parent] += call.total_cycles;
            } else if (auto at = by_function.find(call.function); at != by_function.end()
                       && call.calls == 1 && call.total_cycles <= at->second->layer->cycles) {
                begins[i] = at->second->begin;
            }
            next[i] = begins[i];
            if (begins[i] == nowhere)
                continue;
            placed += call.self_cycles;
            if (call.total_cycles > 0)
                slice(function_track, call.function, begins[i], call.total_cycles,
                    {{"calls", call.calls}, {"self_cycles", call.self_cycles},
                        {"total_cycles", call.total_cycles}});
        }
        return placed;
    }

    const Profile& profile_;
    double us_per_cycle_;
    Json events_ = Json::array();
};

} // namespace

std::string to_perfetto(const Profile& profile)
{
    return Writer(profile).json().dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace traces

// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/speedscope.h"

#include "traces/export/layer_times.h"
#include "traces/export/stacks.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace traces {
namespace {

using Json = nlohmann::ordered_json;

Json frame_json(const Frame& frame)
{
    Json json {{"name", frame.name.empty() ? "(no name)" : frame.name}};
    if (!frame.file.empty())
        json["file"] = frame.file;
    if (frame.line > 0)
        json["line"] = frame.line;
    return json;
}

/// Stacks of one context; -1: all of a run without a call tree.
Json sampled_json(const Profile& profile, const Stacks& all, int context)
{
    Json samples = Json::array(), weights = Json::array();
    std::uint64_t sum = 0;
    for (const Stack& stack : all.stacks) {
        if (stack.context != context || stack.self_cycles == 0)
            continue;
        samples.push_back(stack.frames);
        weights.push_back(stack.self_cycles);
        sum += stack.self_cycles;
    }
    std::string name = context < 0
        ? "functions"
        : profile.contexts[static_cast<std::size_t>(context)].name + ": cycles by call stack";
    return {{"type", "sampled"}, {"name", name}, {"unit", "none"}, {"startValue", 0},
        {"endValue", sum}, {"samples", samples}, {"weights", weights}};
}

/// Layers open and close in time; frames are added for them.
Json layers_json(const Profile& profile, const std::vector<LayerTime>& times, Json& frames)
{
    Json events = Json::array();
    for (const LayerTime& time : times) {
        events.push_back({{"type", "O"}, {"frame", frames.size()}, {"at", time.begin}});
        events.push_back({{"type", "C"}, {"frame", frames.size()}, {"at", time.end}});
        frames.push_back({{"name",
            fmt::format("{} {}", time.layer->index,
                time.layer->title.empty() ? time.layer->name : time.layer->title)}});
    }
    return {{"type", "evented"}, {"name", "layers in time, cycles"}, {"unit", "none"},
        {"startValue", 0}, {"endValue", profile.total.cycles}, {"events", events}};
}

} // namespace

std::string to_speedscope(const Profile& profile)
{
    Stacks all = stacks_of(profile);
    Json frames = Json::array();
    for (const Frame& frame : all.frames)
        frames.push_back(frame_json(frame));

    std::set<int> contexts;
    for (const Stack& stack : all.stacks)
        if (stack.self_cycles > 0)
            contexts.insert(stack.context);
    Json profiles = Json::array();
    for (int context : contexts)
        profiles.push_back(sampled_json(profile, all, context));
    if (std::vector<LayerTime> times = layer_times(profile); !times.empty())
        profiles.push_back(layers_json(profile, times, frames));

    Json json {
        {"$schema", "https://www.speedscope.app/file-format-schema.json"},
        {"exporter", "mcuprof " + profile.run.tool_version},
        {"name", profile.run.target + " on " + profile.run.chip},
        {"activeProfileIndex", 0},
        {"shared", {{"frames", frames}}},
        {"profiles", profiles},
    };
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace traces

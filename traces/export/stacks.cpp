// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/stacks.h"

#include "base/input_error.h"

#include <map>
#include <utility>

namespace traces {
namespace {

// A path holds each function once, so no real call tree comes near; a hostile store could.
constexpr std::size_t most_frames = 20'000'000;

class Collector {
public:
    explicit Collector(const Profile& profile)
    {
        for (const Function& function : profile.functions)
            known_.emplace(std::pair(function.address, function.name), &function);
    }

    std::size_t frame(const std::string& name, std::uint32_t address)
    {
        auto [place, is_new]
            = frame_numbers_.emplace(std::pair(address, name), stacks.frames.size());
        if (is_new) {
            Frame& frame = stacks.frames.emplace_back(Frame {name, {}, 0, address});
            if (auto function = known_.find({address, name}); function != known_.end()) {
                frame.file = function->second->file;
                frame.line = function->second->line;
            }
        }
        return place->second;
    }

    Stacks stacks;

private:
    using Name = std::pair<std::uint32_t, std::string>;
    std::map<Name, const Function*> known_;
    std::map<Name, std::size_t> frame_numbers_;
};

} // namespace

Stacks stacks_of(const Profile& profile)
{
    Collector collector(profile);
    std::vector<Stack>& stacks = collector.stacks.stacks;
    std::size_t frames = 0;
    for (const Call& call : profile.calls) {
        Stack stack {call.context, {}, call.calls, call.self_cycles};
        if (call.parent >= 0)
            stack.frames = stacks[static_cast<std::size_t>(call.parent)].frames;
        frames += stack.frames.size() + 1;
        if (frames > most_frames)
            throw base::InputError("run " + profile.run.id,
                "expected a call tree of at most 20 million frames over all paths, found more");
        stack.frames.push_back(collector.frame(call.function, call.address));
        stacks.push_back(std::move(stack));
    }
    if (profile.calls.empty())
        for (const Function& function : profile.functions)
            stacks.push_back({-1, {collector.frame(function.name, function.address)},
                function.calls, function.self_cycles});
    return std::move(collector.stacks);
}

} // namespace traces

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/fit/chip_probes.h"

#include "base/input_error.h"
#include "base/text_table.h"
#include "mcu_models/network_builder.h"
#include "profiler/firmware/memory_layout.h"
#include "profiler/target.h"

#include <fmt/format.h>

#include <algorithm>

namespace fit {
namespace {

std::string shortage_text(const firmware::Shortage& shortage)
{
    return fmt::format("{} too few in {}",
        shortage.bytes < 1024
            ? fmt::format("{} bytes", shortage.bytes)
            : fmt::format("{:.1f} KiB", static_cast<double>(shortage.bytes) / 1024),
        shortage.bank);
}

Planned planned_on(const networks::FamilyMember& network, const mcu::ChipModel& chip,
    const profiler::Request& request)
{
    const profiler::PlannedNetwork planned = profiler::plan_network(
        networks::outline_network(network.name), network.name, chip, request);
    const firmware::MemoryNeeds needs = planned.needs();
    Planned result {needs.arena, needs.weights + needs.constants, {}};
    if (const auto shortage = firmware::shortage_on(chip, needs))
        result.shortage = shortage_text(*shortage);
    return result;
}

/// Not more instructions than a core could begin, two a cycle, within the limit and start-up.
std::uint64_t instruction_limit(
    const mcu::ChipModel& chip, const profiler::Request& request, const Limits& limits)
{
    if (!limits.latency_s)
        return request.instruction_limit;
    constexpr double start_up = 20e6;
    const double cycles = *limits.latency_s * static_cast<double>(chip.clock.count());
    return static_cast<std::uint64_t>(
        std::min(static_cast<double>(request.instruction_limit), 2 * cycles + start_up));
}

/// Compiled for the chip: whether its code has room too.
bool has_room(const profiler::Target& network, const mcu::ChipModel& chip,
    const profiler::Request& request, profiler::Progress& progress)
{
    try {
        profiler::build_network_firmware(network, chip, request, progress);
        return true;
    } catch (const firmware::NoRoom&) {
        return false;
    }
}

Ran run_on(const networks::FamilyMember& network, const mcu::ChipModel& chip,
    profiler::Request request, const Limits& limits, profiler::Progress& progress)
{
    request.instruction_limit = instruction_limit(chip, request, limits);
    const profiler::Target target = profiler::load_target(network.name);
    Ran ran;
    if (!has_room(target, chip, request, progress)) {
        ran.failure = "no room for its code";
        return ran;
    }
    const traces::Profile profile
        = profiler::profile_target(target, chip, request, progress).profile;
    const traces::Outcome& outcome = profile.run.outcome;
    if (outcome.reason == "instruction_limit" && limits.latency_s)
        ran.failure = "longer than " + base::scaled_seconds(*limits.latency_s);
    else if (outcome.reason != "exited" || outcome.exit_code != 0)
        ran.failure = "the firmware failed: " + outcome.message;
    ran.latency_s
        = static_cast<double>(profile.total.cycles) / static_cast<double>(profile.run.clock_hz);
    if (limits.energy_j && ran.failure.empty() && !profile.total.energy)
        throw base::InputError(chip.name,
            "expected a chip whose energy is known, for a limit of it; "
            "found no energy of a run");
    if (profile.total.energy)
        ran.energy_j = profile.total.energy->joules;
    ran.sram_bytes = profile.memory.sram_peak();
    ran.flash_bytes = profile.memory.flash();
    return ran;
}

/// The last of `members`, which grow, that has room.
std::optional<std::string> largest_with_room(std::vector<networks::FamilyMember> members,
    const mcu::ChipModel& chip, const profiler::Request& request, profiler::Progress& progress)
{
    const auto end
        = std::ranges::partition_point(members, [&](const networks::FamilyMember& member) {
              return planned_on(member, chip, request).shortage.empty();
          });
    members.erase(end, members.end());
    while (!members.empty()) {
        // Its code and sizes are those of the network; it is not run.
        profiler::Target outline;
        outline.name = outline.where = members.back().name;
        outline.kind = "network";
        outline.graph = networks::outline_network(members.back().name);
        if (has_room(outline, chip, request, progress))
            return members.back().name;
        members.pop_back();
    }
    return std::nullopt;
}

} // namespace

Probes probes_on(const mcu::ChipModel& chip, const profiler::Request& request, const Limits& limits,
    profiler::Progress& progress)
{
    return {
        .plan =
            [&](const networks::FamilyMember& network) {
                progress.stage("planning " + network.name);
                return planned_on(network, chip, request);
            },
        .run =
            [&](const networks::FamilyMember& network) {
                return run_on(network, chip, request, limits, progress);
            },
    };
}

std::string smaller_ones(const profiler::Target& network, const mcu::ChipModel& chip,
    const profiler::Request& request, profiler::Progress& progress)
{
    if (network.kind != "network" || has_room(network, chip, request, progress))
        return {};
    const networks::FamilyPlace place = networks::place_in_family(network.name);
    std::vector<networks::FamilyMember> narrower, coarser;
    for (const networks::FamilyLine& line : networks::family_lines(
             place.family, {.classes = place.classes, .widths = {}, .resolutions = {}}))
        for (const networks::FamilyMember& member : line.members) {
            if (member.width == place.width && member.resolution < place.resolution)
                coarser.push_back(member);
            if (member.width < place.width && member.resolution == place.resolution)
                narrower.push_back(member);
        }
    std::string names;
    for (const std::vector<networks::FamilyMember>& members : {coarser, narrower})
        if (const auto name = largest_with_room(members, chip, request, progress))
            names += (names.empty() ? "" : " or ") + *name;
    return names.empty() ? "" : fmt::format("{} would fit {}", names, chip.name);
}

} // namespace fit

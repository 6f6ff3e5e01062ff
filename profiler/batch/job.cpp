// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/batch/job.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/model_files.h"
#include "mcu_models/placement_request.h"
#include "profiler/clock_text.h"
#include "profiler/firmware/cache.h"
#include "profiler/firmware/kernel_sources.h"
#include "profiler/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <expected>
#include <fnmatch.h>
#include <map>
#include <tuple>

namespace batch {
namespace {

constexpr std::size_t most_jobs_of_a_group = 16; // bounds what a crash costs, and memory

bool matches(const std::string& pattern, const std::string& text)
{
    return pattern.empty() || ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

/// "default" in a rule is what the plan leaves to the chip.
bool equals(const std::string& wanted, const std::string& text)
{
    return wanted.empty() || wanted == (text.empty() ? "default" : text);
}

bool is_excluded(const BatchPlan& plan, const Job& job)
{
    return std::ranges::any_of(plan.exclusions, [&](const Exclusion& rule) {
        return matches(rule.target, job.target) && matches(rule.chip, job.chip) && equals(rule.clock, job.clock)
            && equals(rule.kernels, job.kernels) && equals(rule.planner, job.planner) && equals(rule.placement, job.placement);
    });
}

/// A target as the plan names it, with what of it decides results.
struct PlannedTarget {
    std::string text, file, content;
    bool is_elf = false;
};

PlannedTarget planned_target(const Entry& entry, const BatchPlan& plan)
{
    PlannedTarget target {.text = entry.text, .file = entry.text, .content = {}};
    std::filesystem::path path = plan.folder / entry.text;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        static const std::string networks = mcu::network_files_sha256();
        target.content = fmt::format("network {} {}", entry.text, networks);
        return target;
    }
    base::ByteVector bytes = base::read_bytes(path);
    target.file = path.string();
    target.content = "file " + base::sha256_hex(bytes);
    target.is_elf = bytes.size() >= 4 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    if (target.file.find('/') == std::string::npos)
        target.file = fmt::format("./{}", target.file); // a file, also if a network has its name
    return target;
}

using LoadedChip = std::expected<std::shared_ptr<const mcu::ChipModel>, std::string>;

/// Chips at a clock with a placement, each loaded once.
class Chips {
public:
    explicit Chips(const BatchPlan& plan)
        : plan_(plan)
    {
    }

    const LoadedChip& at(const std::string& name, const std::string& clock, const std::string& placement)
    {
        auto [place, is_new] = loaded_.try_emplace({name, clock, placement});
        if (is_new)
            place->second = load(name, clock, placement);
        return place->second;
    }

    /// Of the files that describe it.
    const std::string& content(const std::string& name, const mcu::ChipModel& chip)
    {
        auto [place, is_new] = contents_.try_emplace(name);
        if (is_new) {
            firmware::CacheKey key;
            key.add(mcu::find_chip_file(file_of(name)).text);
            key.add(mcu::find_core_file(chip.core.name).text);
            for (const std::string& peripheral : mcu::peripheral_file_names())
                key.add(mcu::find_peripheral_file(peripheral).text);
            place->second = key.hex();
        }
        return place->second;
    }

private:
    std::string file_of(const std::string& name) const
    {
        return name.ends_with(".toml") ? (plan_.folder / name).string() : name;
    }

    LoadedChip load(const std::string& name, const std::string& clock, const std::string& placement) const
    {
        try {
            mcu::ChipModel chip = mcu::load_chip(file_of(name));
            if (!clock.empty())
                chip = mcu::load_chip(file_of(name), clock == "max" ? chip.maximum_clock : base::Hertz(profiler::parse_clock(clock, fmt::format("clock {}", clock))));
            if (!placement.empty())
                mcu::apply_placement(chip, placement);
            return std::make_shared<const mcu::ChipModel>(std::move(chip));
        } catch (const base::InputError& error) {
            return std::unexpected(std::string(error.what()));
        }
    }

    const BatchPlan& plan_;
    std::map<std::tuple<std::string, std::string, std::string>, LoadedChip> loaded_;
    std::map<std::string, std::string> contents_;
};

class Expander {
public:
    explicit Expander(const BatchPlan& plan)
        : plan_(plan)
        , chips_(plan)
    {
    }

    Expansion expand()
    {
        for (const Entry& entry : plan_.targets)
            add(planned_target(entry, plan_));
        return std::move(expansion_);
    }

private:
    void add(const PlannedTarget& target)
    {
        // An ELF file is linked already: what builds firmware does not multiply it.
        static const std::vector<Entry> usual {{"", ""}};
        for (const Entry& kernels : target.is_elf ? usual : plan_.kernels)
            for (const Entry& planner : target.is_elf ? usual : plan_.planners)
                for (const Entry& placement : target.is_elf ? usual : plan_.placements)
                    for (const Entry& chip : plan_.chips)
                        for (const Entry& clock : plan_.clocks) {
                            Job job;
                            job.target = target.text;
                            job.file = target.file;
                            job.is_elf = target.is_elf;
                            job.chip = chip.text;
                            job.clock = clock.text;
                            job.kernels = kernels.text;
                            job.planner = planner.text;
                            job.placement = placement.text;
                            add(std::move(job), target.content);
                        }
    }

    void add(Job job, const std::string& content)
    {
        if (is_excluded(plan_, job)) {
            ++expansion_.excluded;
            return;
        }
        const LoadedChip& chip = chips_.at(job.chip, job.clock, job.placement);
        if (!chip) {
            expansion_.skipped.push_back({std::move(job), chip.error()});
            return;
        }
        job.model = *chip;
        if (job.kernels == "dsp" && !job.model->core.has_dsp) {
            std::string reason = fmt::format("{} has no DSP extension: kernels dsp would be those of small", job.model->core.title);
            expansion_.skipped.push_back({std::move(job), std::move(reason)});
            return;
        }
        job.key = key_of(job, content);
        auto [first, is_new] = known_.emplace(job.key, expansion_.jobs.size());
        if (!is_new) {
            std::string reason = fmt::format("the same as {}", expansion_.jobs[first->second].text());
            expansion_.skipped.push_back({std::move(job), std::move(reason)});
            return;
        }
        expansion_.jobs.push_back(std::move(job));
        if (expansion_.jobs.size() > most_jobs)
            throw base::InputError(plan_.where, fmt::format("expected at most {} jobs, found more", most_jobs));
    }

    std::string key_of(const Job& job, const std::string& content)
    {
        firmware::CacheKey key;
        key.add(content);
        key.add(chips_.content(job.chip, *job.model));
        key.add(std::to_string(job.model->clock.count()));
        key.add(job.kernels);
        key.add(job.planner);
        key.add(job.placement);
        key.add(std::to_string(plan_.limits.instructions));
        key.add(plan_.keeps_instructions ? "instructions" : "functions");
        key.add(profiler::version);
        key.add(firmware::kernels_sha256());
        return key.hex();
    }

    const BatchPlan& plan_;
    Chips chips_;
    Expansion expansion_;
    std::map<std::string, std::size_t> known_;
};

} // namespace

std::string Job::text() const
{
    std::string text = fmt::format("{} on {}", target, chip);
    if (!clock.empty())
        text += " at " + clock;
    for (auto [name, value] : {std::pair("kernels ", &kernels), std::pair("planner ", &planner), std::pair("", &placement)})
        if (!value->empty())
            text += fmt::format(", {}{}", name, *value);
    return text;
}

Expansion expand(const BatchPlan& plan)
{
    Expansion expansion = Expander(plan).expand();
    if (expansion.jobs.empty())
        throw base::InputError(plan.where, expansion.skipped.empty()
                ? fmt::format("nothing to do: the rules of [[exclude]] leave out all {} combinations", expansion.excluded)
                : fmt::format("nothing to do: {} combinations are excluded and {} impossible; the first: {}: {}", expansion.excluded,
                      expansion.skipped.size(), expansion.skipped.front().job.text(), expansion.skipped.front().reason));
    return expansion;
}

std::vector<Group> group(const std::vector<Job>& jobs)
{
    std::vector<Group> groups;
    std::map<std::tuple<std::string, std::string, std::string, std::string, std::string>, std::size_t> open;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const Job& job = jobs[i];
        auto [place, is_new] = open.try_emplace({job.file, job.kernels, job.planner, job.placement, job.model->core.name}, groups.size());
        if (is_new || groups[place->second].size() >= most_jobs_of_a_group) {
            place->second = groups.size();
            groups.emplace_back();
        }
        groups[place->second].push_back(i);
    }
    return groups;
}

Shard parse_shard(const std::string& text)
{
    Shard shard;
    const char* end = text.data() + text.size();
    auto [slash, error] = std::from_chars(text.data(), end, shard.number);
    bool whole = error == std::errc() && slash != end && *slash == '/';
    if (whole) {
        auto [rest, second] = std::from_chars(slash + 1, end, shard.count);
        whole = second == std::errc() && rest == end;
    }
    if (!whole || shard.number < 1 || shard.count < shard.number)
        throw base::InputError("--shard " + text, "expected a part and a number of parts such as 3/16, the part from 1 to that number");
    return shard;
}

std::vector<Group> part_of(std::vector<Group> groups, const Shard& shard)
{
    std::vector<Group> part;
    for (std::size_t i = shard.number - 1; i < groups.size(); i += shard.count)
        part.push_back(std::move(groups[i]));
    return part;
}

} // namespace batch

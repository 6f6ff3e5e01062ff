// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/fit/fit.h"

#include "base/check.h"
#include "base/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace fit {
namespace {

class Search {
public:
    Search(
        const std::vector<networks::FamilyLine>& lines, const Limits& limits, const Probes& probes)
        : lines_(lines)
        , limits_(limits)
        , probes_(probes)
        , fitting_(lines.size())
    {
    }

    Result run()
    {
        for (std::size_t line = 0; line < lines_.size(); ++line) {
            fitting_[line] = fitting_by_plan(line);
            if (limits_.any() && fitting_[line] > 0)
                fitting_[line] = fitting_by_run(line);
        }
        choose();
        for (std::size_t line = 0; line < lines_.size(); ++line)
            result_.frontier.push_back(row(line));
        return std::move(result_);
    }

private:
    using Members = std::vector<networks::FamilyMember>;

    const Members& members(std::size_t line) const { return lines_[line].members; }

    Candidate& candidate(const networks::FamilyMember& network)
    {
        auto [found, is_new] = known_.try_emplace(network.name);
        if (is_new) {
            found->second.network = network;
            found->second.planned = probes_.plan(network);
            found->second.limit = found->second.planned.shortage;
            ++result_.planned;
        }
        return found->second;
    }

    /// True if it has run and keeps the limits.
    bool runs(const networks::FamilyMember& network)
    {
        Candidate& tried = candidate(network);
        if (!tried.limit.empty() || tried.ran)
            return tried.limit.empty();
        tried.ran = probes_.run(network);
        result_.ran.push_back(network.name);
        tried.limit = broken_limit(*tried.ran);
        if (tried.ran->failure.empty() && network.macs > 0)
            seconds_per_mac_ = tried.ran->latency_s / static_cast<double>(network.macs);
        return tried.limit.empty();
    }

    std::string broken_limit(const Ran& ran) const
    {
        if (!ran.failure.empty())
            return ran.failure;
        if (limits_.latency_s && ran.latency_s > *limits_.latency_s)
            return fmt::format("{}, limit {}", base::scaled_seconds(ran.latency_s),
                base::scaled_seconds(*limits_.latency_s));
        if (limits_.energy_j && !ran.energy_j)
            return "its energy is unknown";
        if (limits_.energy_j && *ran.energy_j > *limits_.energy_j)
            return fmt::format("{}, limit {}", base::scaled_unit(*ran.energy_j, "J"),
                base::scaled_unit(*limits_.energy_j, "J"));
        return {};
    }

    /// How many members from the smallest have the room.
    std::size_t fitting_by_plan(std::size_t line)
    {
        const auto end = std::ranges::partition_point(members(line),
            [&](const networks::FamilyMember& member) { return candidate(member).limit.empty(); });
        return static_cast<std::size_t>(end - members(line).begin());
    }

    std::size_t fitting_by_run(std::size_t line)
    {
        const std::size_t roomy = fitting_[line];
        std::size_t fitting = std::clamp<std::size_t>(expected(line, roomy), 1, roomy);
        if (runs(members(line)[fitting - 1])) {
            while (fitting < roomy && runs(members(line)[fitting]))
                ++fitting;
            return fitting;
        }
        while (fitting > 0 && !runs(members(line)[fitting - 1]))
            --fitting;
        return fitting;
    }

    /// How many keep the limit of latency if a multiply-accumulate takes as long as in the latest
    /// run; half of them before the first.
    std::size_t expected(std::size_t line, std::size_t roomy) const
    {
        if (!seconds_per_mac_ || !limits_.latency_s)
            return (roomy + 1) / 2;
        std::size_t count = 0;
        while (count < roomy
            && static_cast<double>(members(line)[count].macs) * *seconds_per_mac_
                <= *limits_.latency_s)
            ++count;
        return count;
    }

    /// Of what is left, until both have run.
    void choose()
    {
        // Per cent of ImageNet and per cent of wake words seen do not compare.
        result_.several_measures
            = std::ranges::any_of(lines_, [&](const networks::FamilyLine& line) {
                  return line.measure != lines_.front().measure;
              });
        for (bool changed = true; changed;) {
            changed = false;
            const networks::FamilyMember *accurate = nullptr, *large = nullptr;
            for (std::size_t line = 0; line < lines_.size(); ++line)
                for (std::size_t i = 0; i < fitting_[line]; ++i) {
                    const networks::FamilyMember& member = members(line)[i];
                    if (!known_.contains(member.name) || known_.at(member.name).limit.empty()) {
                        if (member.accuracy && !result_.several_measures
                            && (!accurate || *member.accuracy > *accurate->accuracy
                                || (*member.accuracy == *accurate->accuracy
                                    && member.macs < accurate->macs)))
                            accurate = &member;
                        if (!large || member.macs > large->macs)
                            large = &member;
                    }
                }
            for (const networks::FamilyMember* chosen : {accurate, large})
                if (chosen && !runs(*chosen)) {
                    drop(*chosen);
                    changed = true;
                }
            if (changed)
                continue;
            result_.by_accuracy = accurate != nullptr;
            if (large)
                result_.largest_by_macs = candidate(*large);
            if (accurate || large)
                result_.best = candidate(accurate ? *accurate : *large);
        }
    }

    /// It has turned out not to fit, and nor do larger ones of its line.
    void drop(const networks::FamilyMember& network)
    {
        for (std::size_t line = 0; line < lines_.size(); ++line)
            for (std::size_t i = 0; i < fitting_[line]; ++i)
                if (members(line)[i].name == network.name)
                    fitting_[line] = i;
    }

    FrontierRow row(std::size_t line)
    {
        FrontierRow row {.line = lines_[line], .largest = {}, .next = {}};
        if (fitting_[line] > 0)
            row.largest = candidate(members(line)[fitting_[line] - 1]);
        if (fitting_[line] < members(line).size())
            row.next = candidate(members(line)[fitting_[line]]);
        return row;
    }

    const std::vector<networks::FamilyLine>& lines_;
    const Limits& limits_;
    const Probes& probes_;
    std::vector<std::size_t> fitting_; // by line: how many members, from the smallest
    std::map<std::string, Candidate> known_;
    std::optional<double> seconds_per_mac_;
    Result result_;
};

} // namespace

Result find_fit(
    const std::vector<networks::FamilyLine>& lines, const Limits& limits, const Probes& probes)
{
    return Search(lines, limits, probes).run();
}

} // namespace fit

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace sim {

/// Why a cycle was spent. Order and spelling are those of `causes` below.
enum class Cause : unsigned char {
    issue, data_hazard, fetch_wait, load_wait, store_wait, branch_refill, multi_cycle, exception, sleep, unmodeled,
};

struct CauseInfo {
    Cause cause;
    std::string_view name; // in JSON, SQL and --help
    std::string_view title; // in reports
    std::string_view meaning;
};

inline constexpr std::array causes = {
    CauseInfo {Cause::issue, "issue", "issue", "one cycle, or the pair's share of one, to issue an instruction"},
    CauseInfo {Cause::data_hazard, "data_hazard", "data hazard", "waited for the result of an instruction before"},
    CauseInfo {Cause::fetch_wait, "fetch_wait", "fetch wait", "flash, accelerator or cache did not deliver code in time"},
    CauseInfo {Cause::load_wait, "load_wait", "load wait", "a load waited for its memory: pipeline, bank, flash, cache"},
    CauseInfo {Cause::store_wait, "store_wait", "store wait", "a store waited for its memory"},
    CauseInfo {Cause::branch_refill, "branch_refill", "branch", "the pipeline refilled after a taken branch"},
    CauseInfo {Cause::multi_cycle, "multi_cycle", "multi-cycle", "further cycles of divide, long multiply, load and store multiple"},
    CauseInfo {Cause::exception, "exception", "exception", "entry and return of exceptions"},
    CauseInfo {Cause::sleep, "sleep", "sleep", "waited in WFI or WFE"},
    CauseInfo {Cause::unmodeled, "unmodeled", "unmodeled", "an instruction the core's table has no row for: one cycle, counted"},
};
inline constexpr std::size_t cause_count = causes.size();

constexpr bool causes_are_in_order()
{
    for (std::size_t i = 0; i < cause_count; ++i)
        if (static_cast<std::size_t>(causes[i].cause) != i)
            return false;
    return cause_count == static_cast<std::size_t>(Cause::unmodeled) + 1;
}
static_assert(causes_are_in_order());

/// Cycles, split by cause. Nothing reaches the total without naming a cause, so the parts always sum to the whole.
class CycleAccount {
public:
    void charge(Cause cause, base::Cycles cycles) { by_cause_[static_cast<std::size_t>(cause)] += cycles; }
    base::Cycles operator[](Cause cause) const { return by_cause_[static_cast<std::size_t>(cause)]; }

    base::Cycles total() const
    {
        base::Cycles sum;
        for (base::Cycles part : by_cause_)
            sum += part;
        return sum;
    }

    CycleAccount& operator+=(const CycleAccount& other)
    {
        for (std::size_t i = 0; i < cause_count; ++i)
            by_cause_[i] += other.by_cause_[i];
        return *this;
    }
    CycleAccount& operator-=(const CycleAccount& other)
    {
        for (std::size_t i = 0; i < cause_count; ++i)
            by_cause_[i] -= other.by_cause_[i];
        return *this;
    }
    friend CycleAccount operator*(CycleAccount account, std::uint64_t n)
    {
        for (base::Cycles& part : account.by_cause_)
            part = part * n;
        return account;
    }
    bool operator==(const CycleAccount&) const = default;

private:
    std::array<base::Cycles, cause_count> by_cause_ {};
};

} // namespace sim

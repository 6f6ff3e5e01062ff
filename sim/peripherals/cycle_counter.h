// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/cycle_account.h"
#include "sim/peripherals/architecture.h"
#include "sim/peripherals/register_write.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>

namespace sim {

/// A register that counts something which only grows: now's count minus the one at its zero, and
/// standing still while it is off. Software may write it.
class GatedCount {
public:
    std::uint64_t at(std::uint64_t now) const { return running_ ? held_ + (now - since_) : held_; }
    void set(std::uint64_t value, std::uint64_t now)
    {
        held_ = value;
        since_ = now;
    }
    void run(bool on, std::uint64_t now)
    {
        set(at(now), now);
        running_ = on;
    }
    bool running() const { return running_; }

private:
    std::uint64_t held_ = 0, since_ = 0;
    bool running_ = false;
};

/// The DWT unit: its counters, on the model's time (Armv7-M ARM DDI0403E, C1.8; Armv8-M ARM
/// DDI0553, B13 and D1.2).
///
/// CYCCNT counts while DEMCR.TRCENA and DWT_CTRL.CYCCNTENA are set. The five 8-bit counters are
/// sums of the profile's own causes, so that the identity the manual gives holds:
/// instructions = CYCCNT - CPICNT - EXCCNT - SLEEPCNT - LSUCNT + FOLDCNT.
///
///   CPICNT    data hazard, fetch wait, branch, multi-cycle
///   EXCCNT    exception entry and return
///   SLEEPCNT  sleep
///   LSUCNT    load and store wait
///   FOLDCNT   instructions beyond the issue cycles: those issued in pairs
///
/// Each begins at zero when its event is enabled. Armv6-M has none of these, only PCSR and
/// comparators. The Cortex-M7's unit has a lock (LAR, LSR): writes do nothing before 0xC5ACCE55 is
/// written to LAR. Comparators keep what is written.
///
/// Not modeled: comparator matches, packets, the sampling that CTRL selects.
class CycleCounter {
public:
    /// What it counts, asked for at the moment of an access; where a function is empty, zero.
    struct Sources {
        std::function<std::uint64_t()> now;
        std::function<CycleAccount()> account;
        std::function<std::uint64_t()> instructions;
        std::function<std::uint32_t()> program_counter;
    };
    enum class Lock : unsigned char { none, present };
    CycleCounter(Architecture architecture, Sources sources, Lock lock);

    /// 0xE0001000 to 0xE0001FFF.
    static bool holds(std::uint32_t address) { return address >> 12 == 0xe0001; }
    std::uint32_t read(std::uint32_t address) const;
    void write(std::uint32_t address, RegisterWrite write);
    void set_trace_enabled(bool on); // DEMCR.TRCENA

private:
    static constexpr std::size_t event_count = 5;
    std::uint64_t now() const { return sources_.now ? sources_.now() : 0; }
    std::uint64_t total(std::size_t event) const;
    void gate_counters();

    Architecture architecture_;
    Sources sources_;
    Lock lock_;
    bool locked_;
    bool trace_enabled_ = false;
    std::uint32_t control_;
    GatedCount cycles_;
    std::array<GatedCount, event_count> events_;
    std::map<std::uint32_t, std::uint32_t> others_; // comparators and the like
};

} // namespace sim

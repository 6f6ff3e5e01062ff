// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/meter.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// What joules are charged to. Order and spelling are those of `energy_terms` below.
enum class EnergyTerm : unsigned char { fixed, clock, active, stalled, memory, platform };

struct EnergyTermInfo {
    EnergyTerm term;
    std::string_view name, meaning;
};

inline constexpr std::array energy_terms = {
    EnergyTermInfo {EnergyTerm::fixed, "static", "leakage and regulator, whatever runs"},
    EnergyTermInfo {EnergyTerm::clock, "clock", "the clock tree, each cycle, asleep or not"},
    EnergyTermInfo {EnergyTerm::active, "active", "cycles in which the core worked"},
    EnergyTermInfo {EnergyTerm::stalled, "stalled", "cycles in which the core waited for its memory"},
    EnergyTermInfo {EnergyTerm::memory, "memory", "lines and words of memories that cost more than cached code and near SRAM"},
    EnergyTermInfo {EnergyTerm::platform, "platform", "what boards draw beyond the chip's data sheet; measured once calibrated"},
};
inline constexpr std::size_t energy_term_count = energy_terms.size();
static_assert(static_cast<std::size_t>(EnergyTerm::platform) + 1 == energy_term_count);

/// Femtojoules by term: whole ones, so that parts sum to their whole exactly.
class EnergyAccount {
public:
    void charge(EnergyTerm term, std::uint64_t femtojoules) { by_term_[static_cast<std::size_t>(term)] += femtojoules; }
    std::uint64_t operator[](EnergyTerm term) const { return by_term_[static_cast<std::size_t>(term)]; }
    std::uint64_t total() const;
    EnergyAccount& operator-=(const EnergyAccount& other);
    bool operator==(const EnergyAccount&) const = default;

private:
    std::array<std::uint64_t, energy_term_count> by_term_ {};
};

struct JoulesWithRange {
    double joules = 0, low = 0, high = 0;
};

/// From activity and chip to joules at the supply pin, a pure function:
///
///     I = I0 + f (q_sleep + a k (q_active - q_sleep) + s alpha (q_active - q_sleep)) + I_platform + sum(rate * dQ)
///     E = V r(V) integral(I dt)        r: charge of the regulator relative to the chip's rows
///
/// (docs/energy.md.) Every cycle is working, stalled by memory, or asleep; each kind costs whole femtojoules, so energy is
/// exactly linear in what a meter counts.
///
/// Not modeled: which instruction works (one class, like CoreMark), data values, temperature of the die while it runs,
/// peripherals, what the board has beside the chip.
class EnergyModel {
public:
    /// None: the chip's file has no [power], or none that reaches its clock at its supply.
    static std::optional<EnergyModel> of(const mcu::ChipModel& chip);

    EnergyAccount of_reading(const Reading& reading) const;
    /// Without what memories cost beside the cycles.
    EnergyAccount of_cycles(const CycleAccount& cycles, std::uint64_t stalled) const;
    /// Femtojoules of the term `memory` that a region had a part in.
    std::uint64_t of_data(std::size_t region, const RegionTraffic& traffic) const;
    std::uint64_t of_fetches(std::size_t region, const RegionTraffic& traffic) const;
    JoulesWithRange with_range(const EnergyAccount& account) const;
    /// Is the energy of it too much for a count of femtojoules (9 kJ)?
    bool overflows(const Reading& reading) const;

    /// "SMPS, 3 V, range 1", as --supply takes it.
    const std::string& supply() const { return supply_; }
    double volts() const { return volts_; }
    /// "calibrated", or the grade of the chip's currents.
    const std::string& basis() const { return basis_; }

private:
    struct Costs { // femtojoules a cycle
        std::uint64_t fixed = 0, clock = 0, working = 0, stalled = 0;
        std::uint64_t platform_working = 0, platform_stalled = 0, platform_asleep = 0;
    };
    struct MemoryCosts { // femtojoules
        std::uint64_t miss = 0, access = 0;
    };
    struct Errors { // relative
        double low = 0, high = 0;
    };

    Costs costs_;
    std::vector<MemoryCosts> memories_; // by region
    Errors core_, stall_, memory_, platform_;
    bool calibrated_ = false;
    double volts_ = 0;
    std::string supply_, basis_;
};

} // namespace sim

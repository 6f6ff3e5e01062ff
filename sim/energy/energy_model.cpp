// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/energy/energy_model.h"

#include "base/check.h"
#include "mcu_models/power_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sim {
namespace {

constexpr double femto = 1e15;

/// Charges of memories are differences of rounded data sheet rows.
constexpr double memory_error = 0.40;

std::uint64_t whole(double femtojoules)
{
    CHECK(femtojoules >= 0 && femtojoules < 1e18);
    return static_cast<std::uint64_t>(std::llround(femtojoules));
}

/// Of a figure that stands for `share` of the whole.
double relative(double bound, double value) { return value == 0 ? 0 : bound / value - 1; }

} // namespace

std::uint64_t EnergyAccount::total() const
{
    std::uint64_t sum = 0;
    for (std::uint64_t part : by_term_)
        sum += part;
    return sum;
}

EnergyAccount& EnergyAccount::operator-=(const EnergyAccount& other)
{
    for (std::size_t i = 0; i < energy_term_count; ++i)
        by_term_[i] -= other.by_term_[i];
    return *this;
}

std::optional<EnergyModel> EnergyModel::of(const mcu::ChipModel& chip)
{
    const mcu::PowerRange* range = chip.power ? chip.power->range_for(chip) : nullptr;
    if (!range)
        return {};
    auto regulator = std::ranges::find(
        range->regulators, chip.power_supply.regulator, &mcu::Regulator::name);
    if (regulator == range->regulators.end())
        return {};

    EnergyModel model;
    model.volts_ = chip.power_supply.volts;
    double hertz = static_cast<double>(chip.clock.count());
    double ratio = mcu::PowerModel::charge_ratio(*regulator, model.volts_);
    double per_coulomb = model.volts_ * ratio * femto; // of the rows
    double per_ampere = per_coulomb / hertz;           // a cycle
    mcu::PowerModel::Currents currents = mcu::PowerModel::currents_at(*range, chip.clock);
    const std::optional<mcu::Calibration>& calibration = chip.power->calibration;
    double activity = calibration ? calibration->activity : 1;

    Costs& costs = model.costs_;
    double above_sleep = currents.active - currents.sleep;
    costs.fixed = whole(per_ampere * currents.fixed);
    costs.clock = whole(per_ampere * (currents.sleep - currents.fixed));
    costs.working = whole(per_ampere * activity * above_sleep);
    costs.stalled = whole(per_ampere * mcu::stall_share.value * above_sleep);
    if (calibration) {
        costs.platform_working = costs.platform_stalled = costs.platform_asleep
            = whole(calibration->platform_current * model.volts_ * femto / hertz);
    } else {
        auto beyond = [](std::uint64_t cost) {
            return whole((mcu::board_factor.value - 1) * static_cast<double>(cost));
        };
        costs.platform_working = beyond(costs.fixed + costs.clock + costs.working);
        costs.platform_stalled = beyond(costs.fixed + costs.clock + costs.stalled);
    }
    for (const mcu::Region& region : chip.regions) {
        auto memory = std::ranges::find(chip.power->memories, region.name, &mcu::MemoryCharge::region);
        bool known = memory != chip.power->memories.end();
        model.memories_.push_back(known ? MemoryCosts {whole(per_coulomb * memory->miss), whole(per_coulomb * memory->access)}
                                        : MemoryCosts {});
    }

    model.core_ = {range->low, range->high};
    model.stall_ = {relative(mcu::stall_share.low, mcu::stall_share.value), relative(mcu::stall_share.high, mcu::stall_share.value)};
    model.memory_ = {-memory_error, memory_error};
    double extra = mcu::board_factor.value - 1;
    model.platform_ = {relative(mcu::board_factor.low - 1, extra), relative(mcu::board_factor.high - 1, extra)};
    model.calibrated_ = calibration.has_value();
    if (calibration)
        model.core_ = {-calibration->error, calibration->error};
    model.supply_ = fmt::format("{}, {:g} V{}", regulator->name, model.volts_, range->name.empty() ? "" : ", " + range->name);
    model.basis_ = calibration ? "calibrated" : std::string(mcu::name_of(range->grade));
    return model;
}

EnergyAccount EnergyModel::of_cycles(const CycleAccount& cycles, std::uint64_t stalled) const
{
    std::uint64_t all = cycles.total().count(), asleep = cycles[Cause::sleep].count();
    std::uint64_t working = all - asleep - stalled;
    EnergyAccount account;
    account.charge(EnergyTerm::fixed, costs_.fixed * all);
    account.charge(EnergyTerm::clock, costs_.clock * all);
    account.charge(EnergyTerm::active, costs_.working * working);
    account.charge(EnergyTerm::stalled, costs_.stalled * stalled);
    account.charge(EnergyTerm::platform,
        costs_.platform_working * working + costs_.platform_stalled * stalled + costs_.platform_asleep * asleep);
    return account;
}

std::uint64_t EnergyModel::of_data(std::size_t region, const RegionTraffic& traffic) const
{
    if (region >= memories_.size())
        return 0;
    const MemoryCosts& costs = memories_[region];
    return costs.miss * traffic.data_misses + costs.access * (traffic.reads + traffic.writes);
}

std::uint64_t EnergyModel::of_fetches(std::size_t region, const RegionTraffic& traffic) const
{
    constexpr std::uint64_t halfwords_in_a_word = 2; // code has an even size, so nothing is lost
    if (region >= memories_.size())
        return 0;
    const MemoryCosts& costs = memories_[region];
    return costs.miss * traffic.fetch_misses + costs.access / halfwords_in_a_word * (traffic.fetch_bytes / 2);
}

EnergyAccount EnergyModel::of_reading(const Reading& reading) const
{
    EnergyAccount account = of_cycles(reading.cycles, reading.stalled);
    for (std::size_t i = 0; i < reading.traffic.size(); ++i)
        account.charge(EnergyTerm::memory, of_data(i, reading.traffic[i]) + of_fetches(i, reading.traffic[i]));
    return account;
}

JoulesWithRange EnergyModel::with_range(const EnergyAccount& account) const
{
    auto joules = [&](EnergyTerm term) { return static_cast<double>(account[term]) / femto; };
    double stalled = joules(EnergyTerm::stalled), memory = joules(EnergyTerm::memory), platform = joules(EnergyTerm::platform);
    double core = joules(EnergyTerm::fixed) + joules(EnergyTerm::clock) + joules(EnergyTerm::active) + stalled;
    if (calibrated_)
        core += platform;
    // Independent of each other.
    auto error = [&](double Errors::*side) {
        double squares = 0;
        auto add = [&](double part, const Errors& errors) { squares += std::pow(part * (errors.*side), 2); };
        add(core, core_);
        add(stalled, stall_);
        add(memory, memory_);
        if (!calibrated_)
            add(platform, platform_);
        return std::sqrt(squares);
    };
    double total = static_cast<double>(account.total()) / femto;
    return {total, std::max(0.0, total - error(&Errors::low)), total + error(&Errors::high)};
}

bool EnergyModel::overflows(const Reading& reading) const
{
    constexpr double most = 9e18;
    double cycles = static_cast<double>(reading.cycles.total().count());
    double a_cycle = static_cast<double>(costs_.fixed + costs_.clock + costs_.working + costs_.platform_working + costs_.platform_asleep);
    double sum = cycles * a_cycle;
    for (std::size_t i = 0; i < reading.traffic.size() && i < memories_.size(); ++i) {
        const RegionTraffic& traffic = reading.traffic[i];
        sum += static_cast<double>(memories_[i].miss) * static_cast<double>(traffic.data_misses + traffic.fetch_misses)
            + static_cast<double>(memories_[i].access) * static_cast<double>(traffic.reads + traffic.writes + traffic.fetch_bytes);
    }
    return sum > most;
}

} // namespace sim

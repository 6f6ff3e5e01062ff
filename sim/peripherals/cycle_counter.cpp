// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/cycle_counter.h"

#include <span>

namespace sim {
namespace {

// Armv7-M ARM, table C1-21.
constexpr std::uint32_t control_register = 0xe0001000, cycles_register = 0xe0001004,
                        first_event = 0xe0001008, last_event = 0xe0001018,
                        sample_register = 0xe000101c, lock_access = 0xe0001fb0,
                        lock_status = 0xe0001fb4;
constexpr std::uint32_t lock_key = 0xc5acce55;
constexpr std::uint32_t four_comparators = 4u << 28, control_writable = 0x007f1fff,
                        cycles_enable = 1;

// The counters from 0xE0001008 on, in order, with the bit of DWT_CTRL that starts each (Armv7-M
// ARM, C1.8.8 to C1.8.13).
struct EventCounter {
    unsigned enable_bit;
    std::array<Cause, 4> causes;
    unsigned cause_count;
};
constexpr EventCounter event_counters[] = {
    {17, {Cause::data_hazard, Cause::fetch_wait, Cause::branch_refill, Cause::multi_cycle},
        4},                                         // CPICNT
    {18, {Cause::exception}, 1},                    // EXCCNT
    {19, {Cause::sleep}, 1},                        // SLEEPCNT
    {20, {Cause::load_wait, Cause::store_wait}, 2}, // LSUCNT
    {21, {}, 0},                                    // FOLDCNT
};
constexpr std::size_t folded = 4;

} // namespace

CycleCounter::CycleCounter(Architecture architecture, Sources sources, Lock lock)
    : architecture_(architecture)
    , sources_(std::move(sources))
    , lock_(lock)
    , locked_(lock == Lock::present)
    , control_(architecture == Architecture::v6m ? 2u << 28 : four_comparators)
{
}

std::uint64_t CycleCounter::total(std::size_t event) const
{
    if (!sources_.account)
        return 0;
    CycleAccount account = sources_.account();
    if (event == folded) {
        // Without pairs each instruction has its own issue cycle; a skipped instruction or one cut
        // short may lack it.
        std::uint64_t slots = (account[Cause::issue] + account[Cause::unmodeled]).count();
        std::uint64_t instructions = sources_.instructions ? sources_.instructions() : 0;
        return instructions > slots ? instructions - slots : 0;
    }
    base::Cycles sum;
    for (Cause cause :
        std::span(event_counters[event].causes).first(event_counters[event].cause_count))
        sum += account[cause];
    return sum.count();
}

void CycleCounter::gate_counters()
{
    cycles_.run(trace_enabled_ && control_ & cycles_enable, now());
    for (std::size_t event = 0; event < event_count; ++event) {
        bool run = trace_enabled_ && bits(control_, event_counters[event].enable_bit);
        if (run == events_[event].running())
            continue;
        events_[event].run(run, total(event));
        if (run)
            events_[event].set(0, total(event));
    }
}

void CycleCounter::set_trace_enabled(bool on)
{
    trace_enabled_ = on;
    gate_counters();
}

std::uint32_t CycleCounter::read(std::uint32_t address) const
{
    if (address == sample_register)
        return sources_.program_counter ? sources_.program_counter() : ~0u;
    if (address == control_register)
        return control_;
    if (address == lock_status)
        return lock_ == Lock::present ? 1u | std::uint32_t {locked_} << 1 : 0;
    if (address == lock_access)
        return 0;
    if (architecture_ != Architecture::v6m) {
        if (address == cycles_register)
            return static_cast<std::uint32_t>(cycles_.at(now()));
        if (address >= first_event && address <= last_event) {
            std::size_t event = (address - first_event) / 4;
            return static_cast<std::uint8_t>(events_[event].at(total(event)));
        }
    }
    auto found = others_.find(address);
    return found == others_.end() ? 0 : found->second;
}

void CycleCounter::write(std::uint32_t address, RegisterWrite write)
{
    if (address == lock_access && lock_ == Lock::present) {
        locked_ = write.value != lock_key;
        return;
    }
    if (locked_ || address == lock_access || address == lock_status || address == sample_register)
        return;
    if (address <= last_event) {
        if (architecture_ == Architecture::v6m)
            return;
        if (address == control_register) {
            control_ = write.over(control_, control_writable);
            gate_counters();
        } else if (address == cycles_register) {
            std::uint64_t cycles = now();
            cycles_.set(write.over(static_cast<std::uint32_t>(cycles_.at(cycles))), cycles);
        } else {
            std::size_t event = (address - first_event) / 4;
            events_[event].set(write.value & 0xff, total(event));
        }
        return;
    }
    others_[address] = write.over(read(address));
}

} // namespace sim

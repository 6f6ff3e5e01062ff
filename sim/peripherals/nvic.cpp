// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/nvic.h"

#include "base/check.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sim {
namespace {

constexpr int thread_priority = 256; // lower than any exception's

// Priorities that no register sets (Armv7-M ARM, table B1-4).
constexpr int reset_priority = -3, nmi_priority = -2, hard_fault_priority = -1;

struct SystemException {
    unsigned number;
    unsigned char architectures;
    bool always_enabled; // else by SHCSR or DEMCR
};
constexpr SystemException system_exceptions[] = {
    {exception::reset, all_architectures, true},
    {exception::nmi, all_architectures, true},
    {exception::hard_fault, all_architectures, true},
    {exception::memory_management, from_v7m, false},
    {exception::bus_fault, from_v7m, false},
    {exception::usage_fault, from_v7m, false},
    {exception::secure_fault, only_v8m, false},
    {exception::svcall, all_architectures, true},
    {exception::debug_monitor, from_v7m, false},
    {exception::pendsv, all_architectures, true},
    {exception::systick, all_architectures, true},
};

const SystemException* find_system_exception(unsigned number)
{
    auto found = std::ranges::find(system_exceptions, number, &SystemException::number);
    return found == std::end(system_exceptions) ? nullptr : found;
}

// Banks of one bit an interrupt, and the priorities (Armv7-M ARM, table B3-8).
constexpr std::uint32_t controller_type = 0xe000e004, set_enable = 0xe000e100,
                        clear_enable = 0xe000e180, set_pending_bank = 0xe000e200,
                        clear_pending_bank = 0xe000e280, active_bank = 0xe000e300,
                        non_secure_bank = 0xe000e380, priorities = 0xe000e400,
                        end_of_priorities = 0xe000e600, software_trigger = 0xe000ef00;
constexpr std::uint32_t bank_size = 0x40;

bool in_bank(std::uint32_t address, std::uint32_t bank) { return address - bank < bank_size; }

} // namespace

Nvic::Nvic(Architecture architecture, unsigned interrupts, unsigned priority_bits)
    : architecture_(architecture)
    , interrupts_(interrupts)
    , priority_mask_(0xff00u >> priority_bits & 0xff)
    , priority_(exception::first_interrupt + interrupts)
{
    CHECK(interrupts <= exception::most - exception::first_interrupt && priority_bits >= 1
        && priority_bits <= 8);
    for (const SystemException& row : system_exceptions)
        if (row.always_enabled)
            enabled_.set(row.number, true);
}

bool Nvic::exists(unsigned exception) const
{
    if (exception >= exception::first_interrupt)
        return exception - exception::first_interrupt < interrupts_;
    const SystemException* row = find_system_exception(exception);
    return row && contains(row->architectures, architecture_);
}

void Nvic::set_pending(unsigned exception)
{
    if (!exists(exception) || pending_.test(exception))
        return;
    pending_.set(exception, true);
    attention_ = true;
    if (send_event_on_pending_)
        event_ = true;
}

void Nvic::clear_pending(unsigned exception)
{
    if (!exists(exception))
        return;
    pending_.set(exception, false);
    attention_ = true;
}

void Nvic::set_enabled(unsigned exception, bool on)
{
    if (!exists(exception))
        return;
    enabled_.set(exception, on);
    attention_ = true;
}

void Nvic::set_active(unsigned exception, bool on)
{
    if (!exists(exception))
        return;
    active_.set(exception, on);
    attention_ = true;
}

void Nvic::activate(unsigned exception)
{
    CHECK(exists(exception));
    pending_.set(exception, false);
    active_.set(exception, true);
    entered_.push_back(exception);
    event_ = attention_ = true;
}

void Nvic::deactivate(unsigned exception)
{
    active_.set(exception, false);
    auto last = std::ranges::find(entered_.rbegin(), entered_.rend(), exception);
    if (last != entered_.rend())
        entered_.erase(std::next(last).base());
    event_ = attention_ = true;
}

void Nvic::deactivate_all()
{
    active_ = {};
    entered_.clear();
    attention_ = true;
}

unsigned Nvic::active_count() const
{
    int count = 0;
    for (unsigned word = 0; word < ExceptionSet::words; ++word)
        count += std::popcount(active_.word(word));
    return static_cast<unsigned>(count);
}

int Nvic::priority(unsigned exception) const
{
    switch (exception) {
    case exception::reset:
        return reset_priority;
    case exception::nmi:
        return nmi_priority;
    case exception::hard_fault:
        return hard_fault_priority;
    default:
        return exception < priority_.size() ? priority_[exception] : thread_priority;
    }
}

void Nvic::set_priority(unsigned exception, std::uint32_t value)
{
    if (exception <= exception::hard_fault || !exists(exception))
        return;
    priority_[exception] = static_cast<std::uint8_t>(value & priority_mask_);
    attention_ = true;
}

void Nvic::set_priority_grouping(unsigned prigroup)
{
    prigroup_ = prigroup & 7;
    attention_ = true;
}

/// The bits of a priority that decide preemption: [7:PRIGROUP+1] (Armv7-M ARM, B1.5.4); all of them
/// on Armv6-M.
unsigned Nvic::group_mask() const
{
    return architecture_ == Architecture::v6m ? 0xff : 0xff & ~((2u << prigroup_) - 1);
}

int Nvic::group_of(int priority) const
{
    return priority < 0 || priority >= thread_priority
        ? priority
        : static_cast<int>(static_cast<unsigned>(priority) & group_mask());
}

int Nvic::execution_priority(const Masks& masks) const
{
    int lowest = thread_priority;
    for (unsigned word = 0; word < ExceptionSet::words; ++word)
        for (std::uint32_t rest = active_.word(word); rest; rest &= rest - 1)
            lowest = std::min(lowest,
                priority(ExceptionSet::exception_of(
                    word, static_cast<unsigned>(std::countr_zero(rest)))));
    lowest = group_of(lowest);

    if (architecture_ != Architecture::v6m) {
        if (std::uint32_t basepri = masks.basepri & priority_mask_)
            lowest = std::min(lowest, group_of(static_cast<int>(basepri)));
        if (masks.faultmask)
            lowest = std::min(lowest, hard_fault_priority);
    }
    return masks.primask ? std::min(lowest, 0) : lowest;
}

bool Nvic::can_preempt(unsigned exception, const Masks& masks) const
{
    return group_of(priority(exception)) < execution_priority(masks);
}

unsigned Nvic::first_pending() const
{
    unsigned first = exception::none;
    int lowest = thread_priority;
    for (unsigned word = 0; word < ExceptionSet::words; ++word)
        for (std::uint32_t rest = pending_.word(word) & enabled_.word(word); rest;
             rest &= rest - 1) {
            unsigned number
                = ExceptionSet::exception_of(word, static_cast<unsigned>(std::countr_zero(rest)));
            if (priority(number) < lowest) {
                lowest = priority(number);
                first = number;
            }
        }
    return first;
}

unsigned Nvic::deliverable(const Masks& masks) const
{
    unsigned first = first_pending();
    return first != exception::none && can_preempt(first, masks) ? first : exception::none;
}

bool Nvic::would_wake(const Masks& masks) const
{
    Masks without_primask = masks;
    without_primask.primask = false;
    return deliverable(without_primask) != exception::none;
}

bool Nvic::any_interrupt_pending() const
{
    for (unsigned word = 1; word < ExceptionSet::words; ++word)
        if (pending_.word(word))
            return true;
    return false;
}

bool Nvic::take_event() { return std::exchange(event_, false); }

bool Nvic::take_attention() { return std::exchange(attention_, false); }

bool Nvic::holds(std::uint32_t address)
{
    return address == controller_type || (address >= set_enable && address < end_of_priorities)
        || address == software_trigger;
}

std::uint32_t Nvic::read(std::uint32_t address) const
{
    unsigned word = (address % bank_size) / 4;
    if (in_bank(address, set_enable) || in_bank(address, clear_enable))
        return enabled_.interrupts(word);
    if (in_bank(address, set_pending_bank) || in_bank(address, clear_pending_bank))
        return pending_.interrupts(word);
    if (address >= priorities && address < end_of_priorities) {
        std::uint32_t value = 0;
        for (unsigned lane = 0; lane < 4; ++lane)
            if (unsigned number = exception::first_interrupt + (address - priorities) + lane;
                number < priority_.size())
                value |= std::uint32_t {priority_[number]} << (8 * lane);
        return value;
    }
    if (architecture_ == Architecture::v6m)
        return 0;
    if (address == controller_type)
        return interrupts_ == 0 ? 0 : (interrupts_ - 1) / 32;
    if (in_bank(address, active_bank))
        return active_.interrupts(word);
    if (in_bank(address, non_secure_bank) && architecture_ == Architecture::v8m)
        return non_secure_[word];
    return 0;
}

void Nvic::write(std::uint32_t address, RegisterWrite write)
{
    if (address >= priorities && address < end_of_priorities) {
        for (unsigned lane = 0; lane < 4; ++lane)
            if (bits(write.lanes, 8 * lane))
                set_priority(exception::first_interrupt + (address - priorities) + lane,
                    bits(write.value, 8 * lane, 8));
        return;
    }
    if (address == software_trigger && architecture_ != Architecture::v6m)
        return set_pending(exception::first_interrupt + bits(write.value, 0, 9));
    if (in_bank(address, non_secure_bank)) {
        non_secure_[(address % bank_size) / 4] = write.over(non_secure_[(address % bank_size) / 4]);
        return;
    }
    for (std::uint32_t rest = write.value; rest; rest &= rest - 1) {
        unsigned number = ExceptionSet::exception_of(
            1 + (address % bank_size) / 4, static_cast<unsigned>(std::countr_zero(rest)));
        if (in_bank(address, set_enable))
            set_enabled(number, true);
        else if (in_bank(address, clear_enable))
            set_enabled(number, false);
        else if (in_bank(address, set_pending_bank))
            set_pending(number);
        else if (in_bank(address, clear_pending_bank))
            clear_pending(number);
    }
}

} // namespace sim

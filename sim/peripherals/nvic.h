// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/architecture.h"
#include "sim/peripherals/exception.h"
#include "sim/peripherals/register_write.h"

#include <array>
#include <cstdint>
#include <vector>

namespace sim {

/// A set of exception numbers; interrupts lie in words as the NVIC's registers show them.
class ExceptionSet {
public:
    static constexpr unsigned words
        = 1 + exception::most / 32; // exceptions 0 to 15, then 32 interrupts each

    bool test(unsigned exception) const
    {
        return words_[word_of(exception)] >> bit_of(exception) & 1;
    }
    void set(unsigned exception, bool on)
    {
        std::uint32_t bit = 1u << bit_of(exception);
        std::uint32_t& word = words_[word_of(exception)];
        word = on ? word | bit : word & ~bit;
    }
    std::uint32_t interrupts(unsigned word) const { return words_[word + 1]; }
    std::uint32_t word(unsigned index) const { return words_[index]; }
    static unsigned exception_of(unsigned word, unsigned bit)
    {
        return word == 0 ? bit : exception::first_interrupt + 32 * (word - 1) + bit;
    }

private:
    static unsigned word_of(unsigned exception)
    {
        return exception < exception::first_interrupt
            ? 0
            : 1 + (exception - exception::first_interrupt) / 32;
    }
    static unsigned bit_of(unsigned exception)
    {
        return exception < exception::first_interrupt
            ? exception
            : (exception - exception::first_interrupt) % 32;
    }

    std::array<std::uint32_t, words> words_ {};
};

/// All exceptions of the processor, what is enabled, pending and active, and who comes first; with
/// the registers of the interrupts (Armv7-M ARM DDI0403E, B1.5.4 priorities, B3.4 registers;
/// Armv6-M ARM DDI0419, B3.4; Armv8-M ARM DDI0553, B3). The system handlers' own registers are in
/// SystemControlBlock.
///
/// Interrupts are edges: pending until taken or cleared. Not modeled: level-sensitive inputs, the
/// non-secure side (ITNS keeps what is written).
class Nvic {
public:
    /// `interrupts`: inputs that exist, at most 496. `priority_bits`: implemented, 1 to 8.
    Nvic(Architecture architecture, unsigned interrupts, unsigned priority_bits);

    /// Asking for an exception that this processor does not have changes nothing.
    void set_pending(unsigned exception);
    void clear_pending(unsigned exception);
    void set_enabled(unsigned exception, bool on);
    void set_active(unsigned exception, bool on); // by software, SHCSR
    bool is_pending(unsigned exception) const
    {
        return exists(exception) && pending_.test(exception);
    }
    bool is_active(unsigned exception) const
    {
        return exists(exception) && active_.test(exception);
    }
    bool is_enabled(unsigned exception) const
    {
        return exists(exception) && enabled_.test(exception);
    }
    bool exists(unsigned exception) const;

    /// Entry to and return from a handler. Both set the event register.
    void activate(unsigned exception);
    void deactivate(unsigned exception);
    void deactivate_all(); // AIRCR.VECTCLRACTIVE
    /// The handler entered last that has not returned (IPSR, if handlers nest); 0: thread mode.
    unsigned current() const { return entered_.empty() ? exception::none : entered_.back(); }
    unsigned active_count() const;

    /// -3 (reset) to 255; lower comes first. The fixed ones cannot be set.
    int priority(unsigned exception) const;
    void set_priority(unsigned exception, std::uint32_t value);
    void set_priority_grouping(unsigned prigroup); // AIRCR.PRIGROUP; Armv6-M has none
    unsigned priority_grouping() const { return prigroup_; }
    /// What runs now, masks included: an exception preempts if its group priority is lower. 256:
    /// thread mode, no mask.
    int execution_priority(const Masks& masks) const;
    bool can_preempt(unsigned exception, const Masks& masks) const;

    /// The pending, enabled exception that comes first (then lowest subpriority, then lowest
    /// number); 0: none.
    unsigned first_pending() const;
    /// The same if it may preempt now; 0: none.
    unsigned deliverable(const Masks& masks) const;
    /// Whether WFI ends: something would preempt if PRIMASK were clear. (WFE: `deliverable` or the
    /// event register.)
    bool would_wake(const Masks& masks) const;
    bool any_interrupt_pending() const;

    /// The event register of WFE: SEV, exception entry and return, and with SEVONPEND whatever
    /// becomes pending set it.
    void send_event() { event_ = true; }
    bool take_event();
    void set_send_event_on_pending(bool on) { send_event_on_pending_ = on; }

    /// True once after anything changed that `deliverable` looks at.
    bool take_attention();

    /// 0xE000E004 ICTR, 0xE000E100 to 0xE000E5FF, 0xE000EF00 STIR.
    static bool holds(std::uint32_t address);
    std::uint32_t read(std::uint32_t address) const; // of a word
    void write(std::uint32_t address, RegisterWrite write);

private:
    int group_of(int priority) const;
    unsigned group_mask() const;

    Architecture architecture_;
    unsigned interrupts_;
    std::uint32_t priority_mask_;
    unsigned prigroup_ = 0;
    ExceptionSet enabled_, pending_, active_;
    std::vector<std::uint8_t> priority_;
    std::vector<unsigned> entered_;
    std::array<std::uint32_t, exception::most / 32> non_secure_ {}; // ITNS
    bool event_ = false, send_event_on_pending_ = false, attention_ = false;
};

} // namespace sim

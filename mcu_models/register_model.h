// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/core_model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcu {

/// `width` bits of a 32-bit register, from bit `low` up.
struct BitRange {
    std::uint8_t low = 0, width = 1;

    std::uint32_t mask() const { return (width >= 32 ? ~0u : (1u << width) - 1) << low; }
    bool operator==(const BitRange&) const = default;
};

/// What the hardware does to some bits when firmware writes others. In a file:
///
///   "HSEON 16 -> HSERDY 17"        after each write bit 17 is what bit 16 is
///   "SW 1:0 -> SWS 3:2"            the same for more bits; one source bit serves many target bits
///   "!RESET 24:0 -> DONE.DONE 24:0"    `!`: inverted; REGISTER.FIELD: of another register
///   "SRC 1:0 -> decoded SELECTED.SELECTED 2:0"   the target bit of that number is 1, the others 0
///   "START 0 => EVENTS_STARTED.EVENT 0"   once, when a 1 is written; the target keeps it
///   "PIN 31:0 => !OUT.PIN 31:0"    bit by bit: a written 1 clears; `^` in place of `!`: toggles
struct RegisterRule {
    enum class Kind : std::uint8_t { follows, decoded, once };
    Kind kind = Kind::follows;
    BitRange source;
    bool source_inverted = false;
    std::uint32_t target = 0; // address
    BitRange destination;
    bool destination_inverted = false;
    bool destination_toggled = false;

    bool operator==(const RegisterRule&) const = default;
};

/// A register of a peripheral, as far as firmware that runs to its end needs it. It reads back what
/// was written, but for what its fields say.
///
/// Left out: interrupts, time that the hardware takes (what follows, follows at once), reads with
/// side effects.
struct RegisterModel {
    std::string name; // "RCC_CR"
    std::uint32_t address = 0;
    std::uint32_t reset = 0;
    std::uint32_t read_only = 0;        // bits that writes do not change
    std::uint32_t write_one_clears = 0; // bits that a written 1 clears
    std::uint32_t self_clearing = 0;    // bits that act when written and read 0
    std::vector<RegisterRule> rules;
    base::Hertz counts; // reads give the simulated time in these ticks; 0: it is no counter
    std::uint8_t counts_from_bit = 0; // of a count wider than the register: 32 is its upper word
    std::optional<std::uint8_t> transmits; // a write to this byte, 0 to 3, sends it to the console

    /// A write of 1 to bit 0 sends memory to the console: addresses of the registers that say where
    /// and how many bytes, and of the one that tells how many were sent.
    struct Transfer {
        std::uint32_t pointer = 0, length = 0, done = 0;
    };
    std::optional<Transfer> transfer;

    /// A write divides one register by another: their addresses. By zero: the quotient is all ones,
    /// signed of the sign that the dividend has not, the remainder is the dividend (RP2040).
    struct Division {
        std::uint32_t dividend = 0, divisor = 0, quotient = 0, remainder = 0;
        bool is_signed = false;
    };
    std::optional<Division> division;
};

/// One peripheral of a chip: where it is and what is known about its registers.
struct PeripheralModel {
    std::string name; // "RCC"
    std::string kind; // a file of mcu_models/peripherals/, empty if the chip file has the registers
    std::uint32_t base = 0;
    std::string source; // of the address
    Grade grade = Grade::estimate;
    std::vector<RegisterModel> registers;
    std::string registers_source;
    Grade registers_grade = Grade::estimate;
};

enum class BitOperation : std::uint8_t { plain, set, clear, toggle };

/// A second window on registers: [start, start + size) shows what is at `shows`. Where it has
/// operations, address bits `operation_bit` and up, which the address of the register has as 0,
/// choose what a write does to the register.
struct RegisterWindow {
    std::uint32_t start = 0, size = 0, shows = 0;
    std::uint8_t operation_bit = 0;
    std::vector<BitOperation> operations; // 2 or 4; empty: the window only mirrors
    std::string source;
    Grade grade = Grade::estimate;
};

} // namespace mcu

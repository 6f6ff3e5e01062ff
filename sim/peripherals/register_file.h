// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/chip_model.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sim {

/// The registers of a chip's peripherals: they read back what was written, and zero before, but for
/// what the chip file says of them (mcu::RegisterModel). Windows and bit bands lead to the same
/// registers.
///
/// Left out: interrupts, DMA other than what a UART prints with, reads with side effects; a narrow
/// write changes only its own bytes.
class RegisterFile {
public:
    /// What registers act on. All of it is called during `read` and `write`.
    struct Outside {
        std::function<base::Cycles()> now;
        std::function<void(char)> transmit;
        std::function<std::optional<std::uint32_t>(std::uint32_t address, unsigned bytes)>
            read_memory;
    };
    RegisterFile(const mcu::ChipModel& chip, Outside outside);
    RegisterFile(const RegisterFile&) = delete;
    RegisterFile& operator=(const RegisterFile&) = delete;

    /// 1, 2 or 4 bytes within a word.
    std::uint32_t read(std::uint32_t address, unsigned bytes);
    void write(std::uint32_t address, std::uint32_t value, unsigned bytes);
    /// As after power-on. What `preset` wrote stays.
    void reset();
    /// The value after reset of a register that no chip file describes.
    void preset(std::uint32_t address, std::uint32_t value);

    /// Reading it asks for the time.
    bool tells_time(std::uint32_t address) const;
    /// "RCC_CR", if the chip file knows the register at this address, through a window too.
    std::optional<std::string> name_of(std::uint32_t address) const;

    /// Accesses to registers that no chip file describes.
    std::uint64_t unknown_accesses() const { return unknown_accesses_; }

private:
    struct Place { // where an address leads
        std::uint32_t address = 0;
        mcu::BitOperation operation = mcu::BitOperation::plain;
        std::optional<unsigned>
            bit; // of the word at `address`, of which a bit-band address is the only one
    };
    Place resolve(std::uint32_t address) const;
    const mcu::RegisterModel* model_at(std::uint32_t address) const;
    std::uint32_t word_at(std::uint32_t address) const;
    void set_word(std::uint32_t address, std::uint32_t value);
    void write_word(std::uint32_t address, std::uint32_t value, std::uint32_t written);
    void apply_rule(const mcu::RegisterRule& rule, std::uint32_t value, std::uint32_t ones);
    void follow(std::uint32_t address);
    std::uint32_t count_of(const mcu::RegisterModel& model) const;
    void divide(const mcu::RegisterModel::Division& registers);
    void transfer(const mcu::RegisterModel::Transfer& registers);

    const mcu::ChipModel& chip_;
    Outside outside_;
    std::unordered_map<std::uint32_t, const mcu::RegisterModel*>
        models_; // never walked: its order reaches nothing
    std::unordered_map<std::uint32_t, std::uint32_t> words_; // nor is this
    std::vector<std::pair<std::uint32_t, std::uint32_t>> presets_;
    std::uint64_t unknown_accesses_ = 0;
    unsigned depth_ = 0; // of registers that follow one another
};

} // namespace sim

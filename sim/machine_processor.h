// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/processor.h"

#include <functional>

struct uc_struct;

namespace sim {

class MemoryMap;

/// The emulator's core as exceptions see it. Unicorn hides stack pointers and masks from unprivileged code, so everything
/// is reached by way of handler mode where necessary.
class MachineProcessor final : public Processor {
public:
    MachineProcessor(uc_struct*& emulator, MemoryMap& memory)
        : uc_(emulator)
        , memory_(memory)
    {
    }

    std::uint32_t core_register(unsigned number) override;
    void set_core_register(unsigned number, std::uint32_t value) override;
    Mode mode() override;
    void set_mode(const Mode& mode) override;
    std::uint32_t status() override;
    void set_status(std::uint32_t value) override;
    Masks masks() override;
    void clear_fault_mask() override;
    void clear_masks();
    std::uint32_t floating_point_register(unsigned number) override;
    void set_floating_point_register(unsigned number, std::uint32_t value) override;
    std::optional<std::uint32_t> read_word(std::uint32_t address) override;
    bool write_word(std::uint32_t address, std::uint32_t value) override;

    std::uint32_t program_counter() const;
    void set_program_counter(std::uint32_t value); // the Thumb bit is added
    std::uint32_t stack_pointer() const;
    bool on_process_stack() const;
    bool is_unprivileged() const;
    bool in_thumb_state() const;

private:
    std::uint32_t get(int id) const;
    void put(int id, std::uint32_t value);
    void put_exception(unsigned exception);

    uc_struct*& uc_;
    MemoryMap& memory_;
};

} // namespace sim

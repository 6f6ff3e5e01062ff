// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

struct uc_struct;

namespace sim {

/// Single instructions that the machine looks at before they execute, and why. The emulator walks the list of all its
/// hooks at each hit, so they are few: instructions that lie close together share one, which is called for those
/// between them, too.
class MachineWatch {
public:
    enum Purpose : std::uint8_t {
        observe = 1, // where it accesses memory, which no recipe tells
        alignment = 2, // whether its access is aligned
        divide = 4, // whether it divides by zero
    };
    /// Called before each instruction watched, and others between them: as an emulator's code hook.
    using Callback = void (*)(uc_struct* emulator, std::uint64_t address, std::uint32_t size, void* context) noexcept;

    MachineWatch(uc_struct*& emulator, Callback callback, void* context)
        : uc_(emulator)
        , callback_(callback)
        , context_(context)
    {
    }

    /// Of a block at [begin, end), from its next execution on; not while the emulator runs.
    void add(Purpose purpose, std::span<const std::uint32_t> instructions, std::uint32_t begin, std::uint32_t end);
    /// Why the instruction is watched; 0: it is not.
    std::uint8_t purposes(std::uint32_t instruction) const
    {
        std::size_t index = (instruction - begin_) / 2;
        return index < purposes_.size() ? purposes_[index] : 0;
    }

private:
    struct Span { // of instructions that one hook is for
        std::uint32_t first = 0, last = 0;
        std::size_t hook = 0; // the emulator's; 0: none yet
    };

    void cover(std::uint32_t instruction);
    void include(std::uint32_t instruction);
    void join_closest();

    uc_struct*& uc_;
    Callback callback_;
    void* context_;
    std::uint32_t begin_ = 0; // of the first halfword in purposes_, at a page's start
    std::vector<std::uint8_t> purposes_; // by halfword, whole pages
    std::vector<Span> spans_; // by address, apart from one another
};

} // namespace sim

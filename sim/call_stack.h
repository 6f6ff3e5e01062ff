// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/block.h"
#include "sim/elf_image.h"
#include "sim/listener.h"

#include <cstdint>
#include <vector>

namespace sim {

/// Which functions are active, followed from block to block: calls, returns (also several at once, as longjmp does), and
/// jumps to the first instruction of another function (tail calls).
///
/// Left out: exceptions and task switches; a function that runs into the next without any branch (the block is the
/// first one's).
class CallStack {
public:
    explicit CallStack(const ElfImage& image);

    void begin(std::uint32_t first_pc, std::vector<Listener*>& listeners);
    /// Control went from the end of `from` to `to`.
    void passed(const Block& from, std::uint32_t to, std::vector<Listener*>& listeners)
    {
        const Instruction& last = from.last();
        bool inside = last.flow == Flow::conditional_branch || last.flow == Flow::next || last.flow == Flow::branch;
        if (inside && to - function_start_ < function_size_ && to != function_start_)
            return;
        change(from, to, listeners);
    }
    void end(std::vector<Listener*>& listeners);

    std::size_t depth() const { return frames_.size(); }

private:
    struct Frame {
        std::uint32_t function = 0; // its first address
        std::uint32_t return_address = 0;
    };
    static constexpr std::uint32_t nowhere = 1; // odd: no return goes there

    void change(const Block& from, std::uint32_t to, std::vector<Listener*>& listeners);
    void push(std::uint32_t function, std::uint32_t return_address, std::vector<Listener*>& listeners);
    void pop(std::vector<Listener*>& listeners);
    void follow_top();

    const ElfImage& image_;
    std::vector<Frame> frames_;
    std::uint32_t function_start_ = 0, function_size_ = 0; // of the frame on top
};

} // namespace sim

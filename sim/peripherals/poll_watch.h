// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sim {

/// Recognizes firmware that waits for a register which never changes: it reads the same few
/// registers, sees the same values, and writes to no peripheral.
///
/// Reading anything that does change, a timer above all, is a wait that ends by itself and starts
/// the count anew. So does a write. An exception may be what the loop waits for, or what its
/// time-out counts: after one, patience is longer.
class PollWatch {
public:
    static constexpr std::uint64_t default_limit = 1'000'000; // reads
    static constexpr std::uint64_t patience
        = 100; // times the limit, once an exception came between

    explicit PollWatch(std::uint64_t limit = default_limit)
        : limit_(limit)
    {
    }

    void read(std::uint32_t address, std::uint32_t value);
    void wrote() { *this = PollWatch(limit_); }
    void exception_came() { exception_came_ = true; }

    /// True from the read on that reached the limit.
    bool waits() const { return reads_ >= limit_ * (exception_came_ ? patience : 1); }
    std::uint32_t address() const
    {
        return polled_[0].address;
    } // the register read first of those that are polled
    std::uint32_t value() const { return polled_[0].value; }
    std::uint64_t reads() const { return reads_; } // of all of them

private:
    struct Polled {
        std::uint32_t address = 0, value = 0;
    };
    void begin(std::uint32_t address, std::uint32_t value);

    std::array<Polled, 4> polled_ {}; // no loop that was met polls more
    std::size_t count_ = 0;
    std::uint64_t reads_ = 0, limit_;
    bool exception_came_ = false;
};

} // namespace sim

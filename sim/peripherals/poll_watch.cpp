// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/poll_watch.h"

namespace sim {

void PollWatch::read(std::uint32_t address, std::uint32_t value)
{
    for (std::size_t i = 0; i < count_; ++i)
        if (polled_[i].address == address) {
            if (polled_[i].value != value)
                return begin(address, value);
            ++reads_;
            return;
        }
    if (count_ == polled_.size())
        return begin(address, value);
    polled_[count_++] = {address, value};
    ++reads_;
}

void PollWatch::begin(std::uint32_t address, std::uint32_t value)
{
    polled_[0] = {address, value};
    count_ = 1;
    reads_ = 1;
    exception_came_ = false;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace graph {

/// A function from int16 to int16 as TensorFlow Lite's int16 kernels tabulate it: 512 steps,
/// straight lines between them. Inputs -32768 ... 32767 stand for `from` ... `to`, outputs for -1
/// ... 1.
class InterpolationTable {
public:
    InterpolationTable(float (*function)(float), float from, float to);

    std::int16_t at(std::int16_t x) const;
    const std::array<std::int16_t, 513>& samples() const { return samples_; }

private:
    std::array<std::int16_t, 513> samples_ {};
};

} // namespace graph

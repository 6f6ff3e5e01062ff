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

/// The nonnegative half of the logistic function at multiples of 1/24, times 2^16, each raised by
/// half of what a chord to its neighbor would miss in the middle.
/// `index` is 0 to 255; what int16 LOGISTIC tabulates.
std::int64_t logistic_sample(std::uint32_t index);

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace report::html {
namespace {

/// The smallest of 1, 2, 5, 10 times a power of ten that is at least `rough`.
double round_step(double rough)
{
    double power = std::pow(10, std::floor(std::log10(rough)));
    for (double digit : {1., 2., 5.})
        if (digit * power >= rough * (1 - 1e-9))
            return digit * power;
    return 10 * power;
}

/// As many decimals as the step has: 0.05 -> 2.
std::string label_of(double value, double step)
{
    int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
    return fmt::format("{:.{}f}", value, decimals);
}

} // namespace

Scale Scale::linear(double largest, double begin, double end, double unit, int steps)
{
    if (!(largest > 0))
        largest = unit;
    double step = round_step(largest / unit / steps);
    int count = static_cast<int>(std::ceil(largest / unit / step - 1e-9));
    Scale scale;
    scale.begin_ = begin;
    scale.end_ = end;
    scale.largest_ = count * step * unit;
    for (int i = 0; i <= count; ++i)
        scale.ticks_.push_back({i * step * unit, label_of(i * step, step)});
    return scale;
}

Scale Scale::window(double least, double largest, double begin, double end, int steps)
{
    if (!(largest > least)) {
        least -= 1;
        largest += 1;
    }
    double step = round_step((largest - least) / steps);
    auto first = static_cast<long long>(std::floor(least / step + 1e-9)),
         last = static_cast<long long>(std::ceil(largest / step - 1e-9));
    Scale scale;
    scale.begin_ = begin;
    scale.end_ = end;
    scale.least_ = static_cast<double>(first) * step;
    scale.largest_ = static_cast<double>(last) * step;
    for (long long i = first; i <= last; ++i)
        scale.ticks_.push_back(
            {static_cast<double>(i) * step, label_of(static_cast<double>(i) * step, step)});
    return scale;
}

Scale Scale::logarithmic(double least, double largest, double begin, double end)
{
    constexpr double nothing = 1e-12;
    least = std::max(least, nothing);
    largest = std::max(largest, least);
    // Ends at 1, 2 or 5 of a decade; a decade at least, or nothing can be read from it.
    constexpr std::array<double, 3> digits = {1, 2, 5};
    auto value_at = [&](int i) {
        int decade = (i - ((i % 3 + 3) % 3)) / 3;
        return digits[static_cast<std::size_t>((i % 3 + 3) % 3)] * std::pow(10, decade);
    };
    int first = static_cast<int>(std::floor(std::log10(least))) * 3;
    while (value_at(first + 1) <= least * (1 + 1e-9))
        ++first;
    int last = first + 3;
    while (value_at(last) < largest * (1 - 1e-9))
        ++last;

    Scale scale;
    scale.logarithmic_ = true;
    scale.begin_ = begin;
    scale.end_ = end;
    scale.least_ = value_at(first);
    scale.largest_ = value_at(last);
    bool only_decades = last - first > 9;
    for (int i = first; i <= last; ++i)
        if (!only_decades || i % 3 == 0)
            scale.ticks_.push_back({value_at(i), fmt::format("{:.6g}", value_at(i))});
    return scale;
}

double Scale::operator()(double value) const
{
    double share = logarithmic_ ? (std::log10(std::max(value, least_ * 1e-6)) - std::log10(least_))
            / (std::log10(largest_) - std::log10(least_))
                                : (value - least_) / (largest_ - least_);
    return begin_ + share * (end_ - begin_);
}

} // namespace report::html

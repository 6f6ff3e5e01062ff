// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

namespace report::html {

struct Tick {
    double value = 0;
    std::string label;
    bool operator==(const Tick&) const = default;
};

/// Values to places on a drawing. Its ends are round numbers, and so are its ticks: 1, 2 or 5 times
/// a power of ten of the unit that the ticks are labeled in.
class Scale {
public:
    /// From 0 to at least `largest`, about `steps` of them. `unit`: what one is called on the axis.
    static Scale linear(double largest, double begin, double end, double unit = 1, int steps = 5);
    /// Around [least, largest], neither of which need be 0: for what is compared, not measured from
    /// 0 on (accuracies).
    static Scale window(double least, double largest, double begin, double end, int steps = 5);
    /// At least a decade, both above 0.
    static Scale logarithmic(double least, double largest, double begin, double end);

    double operator()(double value) const;
    const std::vector<Tick>& ticks() const { return ticks_; }
    double least() const { return least_; }
    double largest() const { return largest_; }

private:
    double least_ = 0, largest_ = 1, begin_ = 0, end_ = 1;
    bool logarithmic_ = false;
    std::vector<Tick> ticks_;
};

} // namespace report::html

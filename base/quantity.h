// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <compare>
#include <cstdint>

namespace base {

/// An integer with a unit. Cycles and Bytes cannot be mixed by accident; the tag costs nothing at run time.
template <class Unit>
class Quantity {
public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(std::uint64_t count)
        : count_(count)
    {
    }

    constexpr std::uint64_t count() const { return count_; }

    constexpr Quantity& operator+=(Quantity other)
    {
        count_ += other.count_;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other)
    {
        count_ -= other.count_;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
    friend constexpr Quantity operator*(Quantity a, std::uint64_t n)
    {
        return Quantity(a.count_ * n);
    }
    friend constexpr auto operator<=>(Quantity, Quantity) = default;

private:
    std::uint64_t count_ = 0;
};

using Cycles = Quantity<struct CyclesUnit>;
using Bytes = Quantity<struct BytesUnit>;
using Hertz = Quantity<struct HertzUnit>;

constexpr Cycles operator""_cycles(unsigned long long n) { return Cycles(n); }
constexpr Bytes operator""_bytes(unsigned long long n) { return Bytes(n); }
constexpr Hertz operator""_hertz(unsigned long long n) { return Hertz(n); }

/// Seconds that `cycles` last at `clock`; zero clock is a bug of the caller.
constexpr double seconds(Cycles cycles, Hertz clock)
{
    return static_cast<double>(cycles.count()) / static_cast<double>(clock.count());
}

} // namespace base

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

/// Private to the library `networks`.
namespace networks {

/// The same numbers everywhere, which the standard library's distributions do not promise.
/// Splitmix64.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed)
    {
    }

    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// Uniform in [least, largest].
    int whole(int least, int largest)
    {
        const auto count = static_cast<std::uint64_t>(largest - least) + 1;
        return least + static_cast<int>((next() >> 32) * count >> 32);
    }

    /// Uniform in [least, largest], in 2^16 steps.
    double real(double least, double largest)
    {
        return least + (largest - least) * (whole(0, 65535) / 65535.0);
    }

private:
    std::uint64_t state_;
};

} // namespace networks

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace report::html {

/// What something costs (less is better) and what it is worth (more is better).
struct Bargain {
    double cost = 0, worth = 0;
};

/// Rows that no other beats: none is as good in both and better in one. By rising cost; of equal
/// ones all.
std::vector<std::size_t> front_of(std::span<const Bargain> bargains);

} // namespace report::html

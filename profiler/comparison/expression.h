// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/figures.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace comparison {

/// A condition on runs, as --filter has it:
///
///     sram < 256 KiB and latency <= 100ms and (chip = stm32* or not fits)
///
/// Figures are those of figures(); a number has a unit of its figure or none; a text may hold the
/// wild card *; a flag stands alone. `and` binds stronger than `or`, `not` strongest. What is
/// unknown meets no comparison, and neither its negation.
class Filter {
public:
    /// InputError: "--filter: column 12: expected ..., found ...".
    static Filter parse(std::string_view text, const std::string& where);

    bool accepts(const Row& row) const;

    struct Node;

private:
    std::shared_ptr<const Node> root_;
};

/// `*` in the pattern stands for any number of characters.
bool matches_pattern(std::string_view text, std::string_view pattern);

enum class Comparison { less, at_most, equal, different, at_least, greater };

std::string_view symbol_of(Comparison comparison);
bool holds(double value, Comparison comparison, double limit);

/// One line of a budget, "sram <= 256 KiB" or "cycles <= baseline + 3 %": a figure by name, and the
/// limit it is held to. Which figures there are is for the caller to say.
struct Limit {
    std::string text, figure;
    Comparison comparison = Comparison::at_most;
    bool relative = false; // to the baseline's value
    double factor = 1;     // of the baseline's value
    double offset = 0;     // added to it; without a baseline the bound itself; in the base unit

    /// Gives a figure's dimension; throws an InputError of its own if there is no such figure.
    using DimensionOf = std::function<base::Dimension(const std::string& figure)>;

    /// InputError: "budget.toml:12: 'sram <= ' at column 8: expected ..., found ...".
    static Limit parse(
        std::string_view text, const std::string& where, const DimensionOf& dimension_of);

    /// The value allowed, given the baseline's.
    double bound(double baseline) const { return relative ? baseline * factor + offset : offset; }
};

} // namespace comparison

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/measure.h"
#include "profiler/report/run_tables.h"
#include "traces/trace_store.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What runs are compared and judged by: figures with names, filters, budgets, differences.
namespace comparison {

using Row = report::ComparedRun;

/// Nothing: not known.
using Value = std::variant<std::monostate, double, std::string, bool>;

enum class Better { lower, higher, neither };

/// A figure by the name that filters, budgets and --sort use. Energy is the most probable value.
struct Figure {
    std::string_view name, meaning;
    enum class Kind { number, text, flag } kind = Kind::number;
    base::Dimension dimension = base::Dimension::count;
    Better better = Better::lower;
    Value (*of)(const Row&) = nullptr;
};

std::span<const Figure> figures();

/// None: no such figure.
const Figure* find_figure(std::string_view name);
/// The figure; InputError, which begins with `where` and names the nearest ones, if there is none.
const Figure& figure_named(std::string_view name, const std::string& where);

/// The figure's number; none if it is unknown or no number.
std::optional<double> number_of(const Figure& figure, const Row& row);

} // namespace comparison

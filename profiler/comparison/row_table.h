// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/figures.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comparison {

/// Figures by name, "latency,sram"; each must be a number that is better lower or higher.
/// InputError.
std::vector<const Figure*> objectives_of(
    const std::vector<std::string>& names, const std::string& where);

/// Marks the Pareto front of each chip and clock: rows that no other row there beats, as good in
/// every objective and better in one. Only rows that ended well, fit and know every objective take
/// part; a row alone is not marked.
void mark_best(std::vector<Row>& rows, std::span<const Figure* const> objectives);

/// By a figure, the better first (texts and what is neither: rising); what is unknown comes last.
/// Stable.
void sort_rows(std::vector<Row>& rows, const Figure& figure, bool reversed);

/// "both latency and SRAM", "latency, energy and SRAM".
std::string objectives_text(std::span<const Figure* const> objectives);

/// A table for a pull request.
std::string rows_markdown(std::span<const Row> rows, std::span<const Figure* const> objectives);
/// A column a figure, in base units (seconds, bytes, joules, hertz, percent); empty: unknown. The
/// last column is why a row did not run.
std::string rows_csv(std::span<const Row> rows);
/// The same as objects; null: unknown.
std::string rows_json(std::span<const Row> rows);

} // namespace comparison

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace comparison {

/// Two places in two lists that belong together; none: only in the other list.
using Aligned = std::pair<std::optional<std::size_t>, std::optional<std::size_t>>;

/// Aligns two lists of the given lengths so that the sum of `similarity(i, j)` over the pairs is
/// the largest; 0 or less means that two must not be a pair. Order is kept; what is removed comes
/// before what is inserted. Equal beginnings and ends (similarity `same`) are taken as they are.
/// Above `most_cells` of work, what is between them is paired place by place where it may be.
template <class Similarity>
std::vector<Aligned> align_sequences(std::size_t before, std::size_t after, int same,
    const Similarity& similarity, std::size_t most_cells = 4'000'000)
{
    std::vector<Aligned> result;
    std::size_t first = 0, last_before = before, last_after = after;
    while (first < before && first < after && similarity(first, first) == same)
        ++first;
    while (last_before > first && last_after > first
        && similarity(last_before - 1, last_after - 1) == same) {
        --last_before;
        --last_after;
    }
    for (std::size_t i = 0; i < first; ++i)
        result.emplace_back(i, i);

    std::size_t rows = last_before - first, columns = last_after - first;
    std::size_t i = 0, j = 0;
    auto take_both = [&] {
        result.emplace_back(first + i, first + j);
        ++i;
        ++j;
    };
    auto take_before = [&] { result.emplace_back(first + i++, std::nullopt); };
    auto take_after = [&] { result.emplace_back(std::nullopt, first + j++); };
    if (rows > 0 && columns > 0 && rows <= most_cells / columns) {
        // best[i][j]: of what is left from i and j on.
        std::vector<int> best((rows + 1) * (columns + 1));
        auto at = [&](std::size_t row, std::size_t column) -> int& {
            return best[row * (columns + 1) + column];
        };
        for (std::size_t row = rows; row-- > 0;)
            for (std::size_t column = columns; column-- > 0;) {
                int value = similarity(first + row, first + column);
                at(row, column) = std::max({at(row + 1, column), at(row, column + 1),
                    value > 0 ? value + at(row + 1, column + 1) : 0});
            }
        while (i < rows && j < columns) {
            int value = similarity(first + i, first + j);
            if (value > 0 && at(i, j) == value + at(i + 1, j + 1))
                take_both();
            else if (at(i, j) == at(i + 1, j))
                take_before();
            else
                take_after();
        }
    } else {
        while (i < rows && j < columns) {
            if (similarity(first + i, first + j) > 0) {
                take_both();
            } else {
                take_before();
                take_after();
            }
        }
    }
    while (i < rows)
        take_before();
    while (j < columns)
        take_after();

    for (std::size_t k = 0; last_before + k < before; ++k)
        result.emplace_back(last_before + k, last_after + k);
    return result;
}

} // namespace comparison

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace traces {

/// What a query answered: a table. Text may hold any bytes; a blob is told by its size.
struct QueryResult {
    struct Blob {
        std::size_t bytes = 0;
        bool operator==(const Blob&) const = default;
    };
    using Cell = std::variant<std::monostate, std::int64_t, double, std::string, Blob>; // monostate: NULL

    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
};

} // namespace traces

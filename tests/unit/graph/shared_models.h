// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// The networks beside the repository and what is known about them (INDEX.tsv).
namespace shared_models {

struct Row {
    std::string file;
    std::size_t operators = 0;
    std::string operator_counts; // "CONV_2D*9,ADD*3"
    std::int64_t macs = 0;
    std::int64_t constant_bytes = 0;
};

inline std::filesystem::path folder() { return std::filesystem::path(SHARED_DIR) / "models"; }
inline bool exist() { return std::filesystem::exists(folder() / "INDEX.tsv"); }

inline std::vector<Row> rows()
{
    std::vector<Row> rows;
    std::ifstream file(folder() / "INDEX.tsv");
    std::string line;
    std::getline(file, line); // titles
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        std::stringstream cells_of_line(line);
        for (std::string cell; std::getline(cells_of_line, cell, '\t');)
            cells.push_back(cell);
        rows.push_back({cells.at(0), std::stoul(cells.at(6)), cells.at(7), std::stoll(cells.at(8)),
            std::stoll(cells.at(9))});
    }
    return rows;
}

inline std::vector<std::uint8_t> bytes_of(const Row& row)
{
    return base::read_bytes(folder() / row.file);
}

} // namespace shared_models

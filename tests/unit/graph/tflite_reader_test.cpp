// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/tflite_reader.h"

#include "base/input_error.h"
#include "tests/unit/graph/shared_models.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using namespace graph;

std::int64_t constant_bytes(const ModelGraph& graph)
{
    std::int64_t sum = 0;
    for (const Tensor& tensor : graph.tensors)
        if (tensor.constant())
            sum += tensor.bytes();
    return sum;
}

std::map<std::string, int> counted(const ModelGraph& graph)
{
    std::map<std::string, int> counts;
    for (const Operator& op : graph.operators)
        ++counts[std::string(info_of(op.code).tflite_name)];
    return counts;
}

/// "CONV_2D*9,ADD*3" as a map.
std::map<std::string, int> parsed(const std::string& text)
{
    std::map<std::string, int> counts;
    std::stringstream stream(text);
    for (std::string cell; std::getline(stream, cell, ',');) {
        const std::size_t star = cell.find('*');
        counts[cell.substr(0, star)] = std::stoi(cell.substr(star + 1));
    }
    return counts;
}

TEST(TfliteReader, ReadsEverySharedModelWithItsFigures)
{
    if (!shared_models::exist())
        GTEST_SKIP() << "no networks beside the repository";
    const auto rows = shared_models::rows();
    EXPECT_EQ(rows.size(), 15U);
    for (const auto& row : rows) {
        SCOPED_TRACE(row.file);
        const ModelGraph graph = read_tflite(shared_models::bytes_of(row), row.file);
        EXPECT_EQ(graph.operators.size(), row.operators);
        EXPECT_EQ(counted(graph), parsed(row.operator_counts));
        EXPECT_EQ(macs_of(graph), row.macs);
        EXPECT_EQ(constant_bytes(graph), row.constant_bytes);
    }
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/model_graph.h"

#include "tests/unit/graph/sample_graphs.h"

#include <gtest/gtest.h>

namespace {

using namespace graph;

std::vector<std::string> titles(const ModelGraph& graph)
{
    std::vector<std::string> titles;
    for (const Operator& op : graph.operators)
        titles.push_back(title_of(graph, op));
    return titles;
}

TEST(ModelGraph, CallsLayersWhatTheyAre)
{
    EXPECT_EQ(titles(samples::convolutions()),
        (std::vector<std::string> {"pad", "conv 3x3 s2 3→4", "depthwise 3x3 d2 4→8",
            "max pool 3x3 s2 8", "average pool 2x3 8", "reshape", "fully connected 16→5",
            "softmax"}));
}

TEST(ModelGraph, CountsMultiplyAccumulatesAndParameters)
{
    const ModelGraph graph = samples::convolutions();
    EXPECT_EQ(macs_of(graph), 5 * 5 * 4 * 27 + 5 * 5 * 8 * 9 + 5 * 16);
    EXPECT_EQ(parameters_of(graph), 4 * 27 + 4 + 8 * 9 + 8 + 5 * 16);
}

TEST(ModelGraph, PrintsOneLineAnOperator)
{
    EXPECT_EQ(dump(samples::wide()),
        "graph \"wide\": 1 operators, 216 MACs, 27 parameters\n"
        "input t0 int16 1x4x4x2 scale 0.001 zero 0 \"t0\"\n"
        "   0 conv_2d stride 1x1 dilation 1x1 multiplier 1: t0 int16 1x4x4x2 scale 0.001 zero 0, "
        "t1 int8 3x2x2x2 #f1fa1118 scales 0.01..0.012 along 0, t2 int64 3 #eb50eb85 scale 0.01 "
        "zero 0 "
        "-> t3 int16 1x3x3x3 scale 0.002 zero 0; 216 MACs\n"
        "output t3 int16 1x3x3x3 scale 0.002 zero 0 \"t3\"\n");
}

TEST(ModelGraph, ListsOperatorsInTheOrderOfTheirCodes)
{
    for (std::size_t i = 0; i < operator_infos.size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(operator_infos[i].code), i);
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/tflite_writer.h"

#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/tflite_reader.h"
#include "mcu_models/graph/validate.h"
#include "tests/unit/graph/graph_equality.h"
#include "tests/unit/graph/sample_graphs.h"
#include "tests/unit/graph/shared_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace {

using namespace graph;

std::vector<ModelGraph> all_samples()
{
    return {
        samples::convolutions(), samples::everything_else(), samples::legacy(), samples::wide()};
}

TEST(TfliteWriter, GivesBackEverySample)
{
    std::set<OperatorCode> seen;
    for (const ModelGraph& sample : all_samples()) {
        SCOPED_TRACE(sample.name);
        validate(sample, sample.name);
        expect_equal(read_tflite(write_tflite(sample), "sample"), sample);
        for (const Operator& op : sample.operators)
            seen.insert(op.code);
    }
    EXPECT_EQ(seen.size(), operator_infos.size()) << "the samples do not use every operator";
}

TEST(TfliteWriter, GivesBackEverySharedModel)
{
    if (!shared_models::exist())
        GTEST_SKIP() << "no networks beside the repository";
    for (const auto& row : shared_models::rows()) {
        SCOPED_TRACE(row.file);
        const ModelGraph graph = read_tflite(shared_models::bytes_of(row), row.file);
        expect_equal(read_tflite(write_tflite(graph), "written " + row.file), graph);
    }
}

TEST(TfliteWriter, WritesTheSameBytesEachTime)
{
    EXPECT_EQ(write_tflite(samples::convolutions()), write_tflite(samples::convolutions()));
}

TEST(TfliteWriter, AlignsConstantsToSixteenBytes)
{
    const ModelGraph sample = samples::convolutions();
    const std::vector<std::uint8_t> bytes = write_tflite(sample);
    int found = 0;
    for (const Tensor& tensor : sample.tensors) {
        if (!tensor.constant() || tensor.data->size() < 20)
            continue;
        const auto place = std::ranges::search(bytes, *tensor.data);
        ASSERT_FALSE(place.empty());
        EXPECT_EQ((place.begin() - bytes.begin()) % 16, 0);
        ++found;
    }
    EXPECT_GE(found, 3);
}

TEST(TfliteWriter, WritesOtherMarginsAsAPadThatFoldsAway)
{
    const FoldedGraph folded = fold_padding(samples::convolutions());
    const ModelGraph written = read_tflite(write_tflite(folded.graph), "written");
    EXPECT_EQ(written.operators.size(), folded.graph.operators.size() + 1);
    EXPECT_EQ(written.operators[0].code, OperatorCode::pad);
    EXPECT_EQ(dump(fold_padding(written).graph), dump(folded.graph));
}

TEST(TfliteWriter, RefusesAPoolThatTheFormatCannotHold)
{
    ModelGraph graph = samples::convolutions();
    for (Operator& op : graph.operators)
        if (op.code == OperatorCode::max_pool_2d)
            std::get<PoolOptions>(op.options).padding = {2, 0, 2, 0};
    validate(graph, "graph");
    EXPECT_THROW(write_tflite(graph), base::InputError);
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
// Files that the reader must refuse, made by hand because no graph could say what is wrong with
// them.
#include "mcu_models/graph/tflite_reader.h"

#include "base/input_error.h"
#include "mcu_models/graph/tflite_writer.h"
#include "tests/unit/graph/sample_graphs.h"

#include "tflite_generated.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

namespace tflite = graph::tflite;
using Bytes = std::vector<std::uint8_t>;

/// A file of the format with one tensor [1, 4] that RELU turns into another.
struct File {
    std::uint32_t version = 3;
    int subgraphs = 1;
    int operators = 1;
    std::size_t inputs_of_each = 1;
    std::vector<std::int32_t> shape = {1, 4};
    std::vector<std::int32_t> signature = {};
    std::vector<float> scale = {0.1F};
    tflite::TensorType type = tflite::TensorType::int8;
    bool is_variable = false;
    bool is_sparse = false;
    std::uint32_t buffer = 0;
    std::uint64_t offset = 0;
    std::uint32_t opcode_index = 0;
    struct Code {
        std::int8_t deprecated = 19; // RELU
        std::int32_t builtin = 19;
        const char* custom = nullptr;
    };
    std::vector<Code> codes = {Code {}};

    Bytes bytes() const
    {
        flatbuffers::FlatBufferBuilder builder;
        std::vector<flatbuffers::Offset<tflite::OperatorCode>> code_tables;
        for (const Code& code : codes)
            code_tables.push_back(tflite::CreateOperatorCode(builder, code.deprecated,
                builder.CreateString(code.custom ? code.custom : ""), 1,
                static_cast<tflite::BuiltinOperator>(code.builtin)));
        const std::vector<std::int64_t> zero_points(scale.size());
        const auto quantization = tflite::CreateQuantizationParameters(
            builder, 0, 0, builder.CreateVector(scale), builder.CreateVector(zero_points));
        std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
        for (int i = 0; i <= operators; ++i) {
            const auto sparsity = is_sparse ? tflite::CreateSparsityParameters(builder)
                                            : flatbuffers::Offset<tflite::SparsityParameters>();
            tensors.push_back(tflite::CreateTensor(builder, builder.CreateVector(shape), type,
                i == 0 ? buffer : 0, builder.CreateString("name"), quantization, is_variable,
                sparsity, builder.CreateVector(signature)));
        }
        const auto inputs = builder.CreateVector(std::vector<int>(inputs_of_each));
        std::vector<flatbuffers::Offset<tflite::Operator>> operator_tables;
        for (int i = 0; i < operators; ++i) {
            const std::uint32_t code
                = codes.size() > 1 ? static_cast<std::uint32_t>(i) : opcode_index;
            operator_tables.push_back(tflite::CreateOperator(
                builder, code, inputs, builder.CreateVector(std::vector {i + 1})));
        }
        std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs;
        for (int i = 0; i < subgraphs; ++i)
            graphs.push_back(tflite::CreateSubGraph(builder, builder.CreateVector(tensors),
                builder.CreateVector(std::vector {0}),
                builder.CreateVector(std::vector {operators}),
                builder.CreateVector(operator_tables)));
        const std::vector buffers
            = {tflite::CreateBuffer(builder), tflite::CreateBuffer(builder, 0, offset, offset)};
        tflite::FinishModelBuffer(builder,
            tflite::CreateModel(builder, version, builder.CreateVector(code_tables),
                builder.CreateVector(graphs), 0, builder.CreateVector(buffers)));
        return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
    }
};

std::string error_of(const Bytes& bytes)
{
    try {
        graph::read_tflite(bytes, "model.tflite");
        return "no error";
    } catch (const base::InputError& error) {
        return error.what();
    }
}

std::string error_of(const File& file) { return error_of(file.bytes()); }

TEST(TfliteRefusal, AcceptsTheFileThatTheOthersSpoil) { EXPECT_EQ(error_of(File {}), "no error"); }

TEST(TfliteRefusal, ListsAllUnsupportedOperators)
{
    File file;
    file.operators = 5;
    file.codes = {{32, 32, "FlexErf"}, {19, 0, nullptr}, {16, 16, nullptr}, {127, 130, nullptr},
        {127, 999, nullptr}};
    EXPECT_EQ(error_of(file),
        "model.tflite: operator 0 (CUSTOM 'FlexErf'): not supported; "
        "operator 2 (LSTM): not supported; operator 3 (BROADCAST_TO): not supported; "
        "operator 4 (builtin 999): not supported; supported operators: mcuprof kernels");
}

TEST(TfliteRefusal, TakesTheOperatorFromEitherCodeField)
{
    EXPECT_EQ(error_of(File {.codes = {{19, 0, nullptr}}}), "no error");
    EXPECT_EQ(error_of(File {.codes = {{0, 19, nullptr}}}), "no error");
}

TEST(TfliteRefusal, NamesWhatIsWrong)
{
    const std::string tensor = "model.tflite: tensor 0 'name': ";
    EXPECT_EQ(
        error_of(Bytes {}), "model.tflite: not a TensorFlow Lite file: 'TFL3' expected at byte 4");
    EXPECT_EQ(error_of(File {.version = 2}), "model.tflite: schema version 2; 3 is expected");
    EXPECT_EQ(error_of(File {.subgraphs = 0}), "model.tflite: no subgraph");
    EXPECT_EQ(error_of(File {.operators = 0}), "model.tflite: no operators");
    EXPECT_EQ(error_of(File {.type = tflite::TensorType::string}),
        tensor + "type string is not supported");
    EXPECT_EQ(error_of(File {.is_variable = true}), tensor + "variables are not supported");
    EXPECT_EQ(error_of(File {.is_sparse = true}), tensor + "sparse tensors are not supported");
    EXPECT_EQ(error_of(File {.buffer = 9}), tensor + "buffer 9 does not exist");
    EXPECT_EQ(error_of(File {.buffer = 1, .offset = 4096}),
        tensor + "buffer 1 lies outside of the flatbuffer; not supported");
    EXPECT_EQ(error_of(File {.opcode_index = 7}),
        "model.tflite: operator 0: operator code 7 does not exist");
    EXPECT_EQ(error_of(File {.codes = {{17, 17, nullptr}}}),
        "model.tflite: operator 0 (MAX_POOL_2D): has no options");
    EXPECT_EQ(error_of(File {.shape = {1, -4}}), tensor + "shape 1x-4: dimensions are at least 1");
    EXPECT_EQ(
        error_of(File {.shape = {65536, 65536}}), tensor + "shape 65536x65536: 2 GiB or more");
    EXPECT_EQ(
        error_of(File {.scale = {0}}), "model.tflite: operator 0 (RELU): scale 0 of the input");
    EXPECT_EQ(error_of(File {.type = tflite::TensorType::float32}),
        "model.tflite: operator 0 (RELU): computes on float32; only QUANTIZE, DEQUANTIZE and what "
        "moves data "
        "may: is the network fully quantized?");
}

TEST(TfliteRefusal, TakesAnOpenBatchAsOne)
{
    EXPECT_EQ(error_of(File {.signature = {-1, 4}}), "no error");
    EXPECT_EQ(error_of(File {.signature = {1, -1}}),
        "model.tflite: tensor 0 'name': dimension 1 is open; only the batch may be, which is then "
        "taken as 1");
}

TEST(TfliteRefusal, ReadsTheFirstOfSeveralSubgraphs)
{
    EXPECT_EQ(error_of(File {.subgraphs = 3}), "no error");
}

/// Tables may share vectors: 20 000 operators name one list of 50 000 inputs, 4 GB if each got its
/// copy.
TEST(TfliteRefusal, DoesNotUnpackMoreThanTheFileDeserves)
{
    EXPECT_EQ(error_of(File {.operators = 20'000, .inputs_of_each = 50'000}),
        "model.tflite: unpacks to more than 16 times its size");
}

TEST(TfliteRefusal, RefusesEveryTruncation)
{
    const Bytes whole = write_tflite(samples::convolutions());
    for (std::size_t size = 0; size < whole.size(); size += 7)
        EXPECT_NE(error_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
            "no error");
}

} // namespace

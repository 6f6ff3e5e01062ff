// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/tflite_reader.h"

#include "mcu_models/graph/rules.h"
#include "mcu_models/graph/tflite_options.h"
#include "mcu_models/graph/validate.h"

#include "tflite_generated.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

namespace graph {
namespace {

using base::InputError;

/// What reading may keep. Tables of a flatbuffer can share what they point to, so a small file
/// could name the same large vector a million times; honest files do not come near.
class Budget {
public:
    Budget(std::size_t file_size, const std::string& where)
        : left_(file_size * 16 + (std::size_t {1} << 20))
        , where_(where)
    {
    }

    void take(std::size_t bytes)
    {
        if (bytes > left_)
            throw InputError(where_, "unpacks to more than 16 times its size");
        left_ -= bytes;
    }

private:
    std::size_t left_;
    const std::string& where_;
};

/// Throws unless every offset in the file stays inside it.
const tflite::Model& verified(std::span<const std::uint8_t> bytes, const std::string& where)
{
    constexpr std::size_t smallest = 8;
    if (bytes.size() < smallest || !tflite::ModelBufferHasIdentifier(bytes.data()))
        throw InputError(where, "not a TensorFlow Lite file: 'TFL3' expected at byte 4");
    if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
        throw InputError(where, "larger than 2 GiB");

    constexpr flatbuffers::uoffset_t deepest = 16;
    const auto most_tables = static_cast<flatbuffers::uoffset_t>(bytes.size() / 4);
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), deepest, most_tables);
    if (!tflite::VerifyModelBuffer(verifier))
        throw InputError(where, "damaged: an offset leads outside of the file");
    return *tflite::GetModel(bytes.data());
}

class TfliteReader {
public:
    TfliteReader(const tflite::Model& model, std::size_t file_size, const std::string& where)
        : model_(model)
        , where_(where)
        , budget_(file_size, where)
    {
    }

    ModelGraph read()
    {
        const tflite::SubGraph& source = subgraph();
        read_operator_codes(source);
        graph_.name = name(source.name());
        read_tensors(source);
        graph_.inputs = copied(source.inputs());
        graph_.outputs = copied(source.outputs());
        read_operators(source);
        return std::move(graph_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const { throw InputError(where_, what); }

    /// Byte by byte: the verifier does not hold vectors of wide elements to their alignment.
    template <class Element>
    std::vector<Element> copied(const flatbuffers::Vector<Element>* source)
    {
        std::vector<Element> copy;
        if (!source || source->size() == 0)
            return copy;
        const std::size_t bytes = source->size() * sizeof(Element);
        budget_.take(bytes);
        copy.resize(source->size());
        std::memcpy(copy.data(), source->Data(), bytes);
        return copy;
    }

    static std::string_view text(const flatbuffers::String* source)
    {
        return source ? std::string_view(source->c_str(), source->size()) : std::string_view {};
    }

    std::string name(const flatbuffers::String* source)
    {
        budget_.take(text(source).size());
        return printable(text(source));
    }

    const tflite::SubGraph& subgraph() const
    {
        if (model_.version() != 3)
            refuse(fmt::format("schema version {}; 3 is expected", model_.version()));
        if (!model_.subgraphs() || model_.subgraphs()->size() == 0)
            refuse("no subgraph");
        return *model_.subgraphs()->Get(0);
    }

    // -- operator codes -------------------------------------------------------------------------

    const tflite::OperatorCode* code_at(std::uint32_t index) const
    {
        const auto* codes = model_.operator_codes();
        return codes && index < codes->size() ? codes->Get(index) : nullptr;
    }

    /// Older files have only the first field, newer ones both or, above 126, only the second in
    /// full.
    static int number_of(const tflite::OperatorCode& code)
    {
        return std::max(
            int {code.deprecated_builtin_code()}, static_cast<int>(code.builtin_code()));
    }

    static std::string name_of_code(const tflite::OperatorCode& code)
    {
        const int number = number_of(code);
        const char* name
            = tflite::EnumNameBuiltinOperator(static_cast<tflite::BuiltinOperator>(number));
        if (static_cast<tflite::BuiltinOperator>(number) == tflite::BuiltinOperator::CUSTOM)
            return fmt::format("CUSTOM '{}'", shortened_name(text(code.custom_code())));
        return *name ? name : fmt::format("builtin {}", number);
    }

    /// All that is not supported goes into one message: whoever converts the network wants the
    /// list.
    void read_operator_codes(const tflite::SubGraph& source)
    {
        const std::size_t count = source.operators() ? source.operators()->size() : 0;
        budget_.take(count * sizeof(Operator));
        graph_.operators.resize(count);
        constexpr std::size_t longest_list = 100'000; // characters
        std::size_t not_listed = 0;
        std::string unsupported;
        for (std::size_t i = 0; i < count; ++i) {
            const auto* op = source.operators()->Get(static_cast<flatbuffers::uoffset_t>(i));
            const tflite::OperatorCode* code = code_at(op->opcode_index());
            if (!code)
                refuse(fmt::format(
                    "operator {}: operator code {} does not exist", i, op->opcode_index()));
            if (const auto found = supported(number_of(*code)))
                graph_.operators[i].code = *found;
            else if (unsupported.size() < longest_list)
                unsupported
                    += fmt::format("operator {} ({}): not supported; ", i, name_of_code(*code));
            else
                ++not_listed;
        }
        if (not_listed > 0)
            unsupported += fmt::format("{} more; ", not_listed);
        if (!unsupported.empty())
            refuse(unsupported + "supported operators: mcuprof kernels");
    }

    static std::optional<OperatorCode> supported(int number)
    {
        const auto found = std::ranges::find(operator_infos, number, &OperatorInfo::tflite_code);
        return found == operator_infos.end() ? std::nullopt : std::optional(found->code);
    }

    // -- tensors --------------------------------------------------------------------------------

    void read_tensors(const tflite::SubGraph& source)
    {
        const std::size_t count = source.tensors() ? source.tensors()->size() : 0;
        budget_.take(count * sizeof(Tensor));
        graph_.tensors.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            graph_.tensors.push_back(
                tensor(i, *source.tensors()->Get(static_cast<flatbuffers::uoffset_t>(i))));
    }

    Tensor tensor(std::size_t index, const tflite::Tensor& source)
    {
        Tensor tensor;
        tensor.name = name(source.name());
        const std::string place = fmt::format("tensor {} '{}'", index, shortened_name(tensor.name));
        if (source.is_variable())
            refuse(place + ": variables are not supported");
        if (source.sparsity())
            refuse(place + ": sparse tensors are not supported");
        tensor.type = type_of(place, source.type());
        tensor.shape = copied(source.shape());
        refuse_open_dimensions(place, tensor.shape, copied(source.shape_signature()));
        if (const auto* quantization = source.quantization()) {
            tensor.quantization.scale = copied(quantization->scale());
            // Without a scale a zero point means nothing; some writers leave one behind.
            if (!tensor.quantization.scale.empty()) {
                tensor.quantization.zero_point = copied(quantization->zero_point());
                tensor.quantization.dimension = quantization->quantized_dimension();
            }
        }
        tensor.data = data(place, source.buffer());
        return tensor;
    }

    ElementType type_of(const std::string& place, tflite::TensorType type) const
    {
        switch (type) {
        case tflite::TensorType::int8:
            return ElementType::int8;
        case tflite::TensorType::uint8:
            return ElementType::uint8;
        case tflite::TensorType::int16:
            return ElementType::int16;
        case tflite::TensorType::int32:
            return ElementType::int32;
        case tflite::TensorType::int64:
            return ElementType::int64;
        case tflite::TensorType::float32:
            return ElementType::float32;
        case tflite::TensorType::boolean:
            return ElementType::boolean;
        default: {
            const std::string name = tflite::EnumNameTensorType(type);
            refuse(fmt::format("{}: type {} is not supported", place,
                name.empty() ? std::to_string(static_cast<int>(type)) : name));
        }
        }
    }

    /// Converters mark an open dimension in the signature and write 1 into the shape.
    void refuse_open_dimensions(const std::string& place, const std::vector<int>& shape,
        const std::vector<std::int32_t>& signature) const
    {
        for (std::size_t i = 0; i < signature.size(); ++i) {
            const bool batch_of_one = i == 0 && !shape.empty() && shape[0] == 1;
            if (signature[i] < 0 && !batch_of_one)
                refuse(fmt::format("{}: dimension {} is open; only the batch may be, which is "
                                   "then taken as 1",
                    place, i));
        }
    }

    std::shared_ptr<const std::vector<std::uint8_t>> data(
        const std::string& place, std::uint32_t index)
    {
        if (index == 0) // by convention empty: no data
            return nullptr;
        const auto* buffers = model_.buffers();
        if (!buffers || index >= buffers->size())
            refuse(fmt::format("{}: buffer {} does not exist", place, index));
        if (const auto known = data_.find(index); known != data_.end())
            return known->second;

        const tflite::Buffer& buffer = *buffers->Get(index);
        if (buffer.offset() > 1 || buffer.size() > 1)
            refuse(fmt::format(
                "{}: buffer {} lies outside of the flatbuffer; not supported", place, index));
        std::vector<std::uint8_t> bytes = copied(buffer.data());
        auto shared = bytes.empty()
            ? nullptr
            : std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
        return data_[index] = shared;
    }

    // -- operators ------------------------------------------------------------------------------

    void read_operators(const tflite::SubGraph& source)
    {
        for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
            const auto& from = *source.operators()->Get(static_cast<flatbuffers::uoffset_t>(i));
            Operator& op = graph_.operators[i];
            op.inputs = copied(from.inputs());
            op.outputs = copied(from.outputs());
        }
        // Options are read with the help of shapes, so what they lean on has to be sound first.
        check_structure(graph_, where_);
        for (std::size_t i = 0; i < graph_.operators.size(); ++i)
            graph_.operators[i].options = options_of(OperatorView(graph_, i, where_),
                *source.operators()->Get(static_cast<flatbuffers::uoffset_t>(i)));
    }

    const tflite::Model& model_;
    const std::string& where_;
    Budget budget_;
    ModelGraph graph_;
    std::map<std::uint32_t, std::shared_ptr<const std::vector<std::uint8_t>>> data_;
};

} // namespace

ModelGraph read_tflite(std::span<const std::uint8_t> bytes, const std::string& where)
{
    // Scalars in a flatbuffer are aligned relative to its start.
    std::vector<std::uint8_t> aligned;
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::max_align_t) != 0) {
        aligned.assign(bytes.begin(), bytes.end());
        bytes = aligned;
    }
    ModelGraph graph = TfliteReader(verified(bytes, where), bytes.size(), where).read();
    validate(graph, where);
    return graph;
}

} // namespace graph

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plan {

struct NullPointer {
    bool operator==(const NullPointer&) const = default;
};
/// The bytes of a tensor, wherever they are: arena or weights.
struct TensorPointer {
    graph::TensorIndex tensor = graph::no_tensor;
    bool operator==(const TensorPointer&) const = default;
};
/// The scratch buffer of the step.
struct ScratchPointer {
    bool operator==(const ScratchPointer&) const = default;
};
/// A constant table of the plan (ExecutionPlan::tables).
struct TablePointer {
    std::size_t table = 0;
    bool operator==(const TablePointer&) const = default;
};

struct Record;
/// An array of structs, `struct mcuprof_<type>`, that the field points to.
struct RecordArray {
    std::string type; // "concatenation_input"
    std::vector<Record> records;
    bool operator==(const RecordArray&) const;
};

using Value = std::variant<std::int64_t, float, std::vector<std::int64_t>, NullPointer,
    TensorPointer, ScratchPointer, TablePointer, RecordArray>;

/// One field of a kernel's parameter struct, by its name in mcuprof_kernels.h.
struct Parameter {
    std::string field;
    Value value;
    bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

struct Record {
    Parameters fields;
    bool operator==(const Record&) const = default;
};
inline bool RecordArray::operator==(const RecordArray& other) const
{
    return type == other.type && records == other.records;
}

/// The integer that the field holds; a field that is not there or no integer is a bug.
std::int64_t integer(const Parameters& parameters, std::string_view field);

/// The tensor that the field points to; as above.
graph::TensorIndex tensor_of(const Parameters& parameters, std::string_view field);

/// Constant numbers that kernels read and that no tensor of the network holds: multipliers, lookup
/// tables.
struct Table {
    std::string type; // of an element, as C writes it: "int32_t"
    std::vector<std::int64_t> values;
    bool weights = false; // weights in another order: they lie where weights lie
    bool operator==(const Table&) const = default;
};

/// The tables of a plan; equal ones are kept once.
class TableSet {
public:
    TablePointer add(std::string type, std::vector<std::int64_t> values);
    TablePointer add(Table table);
    const std::vector<Table>& tables() const { return tables_; }
    /// Forgets all but the first `count`.
    void keep(std::size_t count) { tables_.resize(count); }

private:
    std::vector<Table> tables_;
};

} // namespace plan

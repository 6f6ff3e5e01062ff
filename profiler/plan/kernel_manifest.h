// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plan {

/// Which kernels may be used: the plain C ones, or those for the DSP extension where there are any.
enum class KernelSet { reference, dsp };

std::string_view name_of(KernelSet set);
/// InputError if there is no set of this name.
KernelSet kernel_set(std::string_view name);

/// The value of an integer field of a kernel's parameters.
using FieldValue = std::function<std::int64_t(std::string_view field)>;

/// "kernel_height == 1" or "input_channels % 4 == 0".
struct Condition {
    std::string field;
    std::int64_t modulus = 0; // 0: the value itself is compared
    std::string comparison;   // == != < <= > >=
    std::int64_t number = 0;

    bool holds(const FieldValue& value_of) const;
};

/// A product of a number and fields.
struct Product {
    std::int64_t number = 1;
    std::vector<std::string> fields;
};

/// One kernel of kernels/manifest.toml, which says what the fields mean.
struct KernelRow {
    std::string name, file, parameters;
    std::vector<graph::OperatorCode> operators;
    std::vector<graph::ElementType> input, output; // output empty: the type of the input
    std::optional<graph::ElementType> weight;
    KernelSet set = KernelSet::reference;
    std::vector<std::string> requires_features;
    std::vector<Condition> when;
    std::vector<Product> scratch;
    bool folded_bias = false;

    std::uint64_t scratch_bytes(const FieldValue& value_of) const;
};

struct KernelManifest {
    std::vector<std::string> flags; // of the compiler, for every kernel
    std::vector<KernelRow> rows;    // in order of preference
};

/// InputError with file:line.
KernelManifest parse_manifest(std::string_view text, const std::string& where);

/// The manifest of the kernels that are part of this program.
const KernelManifest& kernel_manifest();

} // namespace plan

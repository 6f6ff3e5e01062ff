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

/// Which kernels may be used: the plain C ones, those for cores without SIMD instructions, those for
/// the DSP extension, or templates that become a function for each shape of the network. Each set
/// falls back on those before it.
enum class KernelSet { reference, small, dsp, specialized };

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
    std::string function;                // the C function: `name`, or what several rows share
    std::vector<std::int64_t> arguments; // constants it takes behind its parameters
    std::vector<graph::OperatorCode> operators;
    std::vector<graph::ElementType> input, output; // output empty: the type of the input
    std::optional<graph::ElementType> weight;
    KernelSet set = KernelSet::reference;
    std::vector<std::string> requires_features;
    std::vector<std::string> cores; // it is only tried on these; empty: on all
    std::vector<Condition> when;
    std::vector<Product> scratch;
    bool folded_bias = false;
    bool bias_of_windows = false; // folded for each kind of window
    bool doubled_sums = false;    // the folded bias is doubled, shifts are to the right
    std::string
        weight_order; // how weights are laid out for it (weight_order.h); empty: as they are
    std::vector<std::string> overwrites; // inputs that the output may lie on, by the field that points to them

    std::uint64_t scratch_bytes(const FieldValue& value_of) const;
};

struct KernelManifest {
    std::vector<std::string> flags;          // of the compiler, for every kernel
    std::vector<std::string> template_flags; // behind them, for what the templates become
    std::vector<KernelRow> rows;             // in order of preference
};

/// InputError with file:line.
KernelManifest parse_manifest(std::string_view text, const std::string& where);

/// The manifest of the kernels that are part of this program.
const KernelManifest& kernel_manifest();

} // namespace plan

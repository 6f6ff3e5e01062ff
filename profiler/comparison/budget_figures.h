// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/measure.h"
#include "traces/profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The figures of layers, functions and outputs that a budget may limit; those of whole runs are in
/// figures.h. "cycles.load_wait" is the cycles of one cause.
namespace comparison {

/// InputError, which begins with `where`: no such figure (with those that there are).
base::Dimension dimension_of_layer_figure(std::string_view figure, const std::string& where);
base::Dimension dimension_of_function_figure(std::string_view figure, const std::string& where);
base::Dimension dimension_of_run_figure(std::string_view figure, const std::string& where);
base::Dimension dimension_of_output_figure(std::string_view figure, const std::string& where);

/// None: unknown (energy; latency without a clock).
std::optional<double> layer_figure(
    std::string_view figure, const traces::Layer& layer, const traces::RunInfo& run);
std::optional<double> function_figure(
    std::string_view figure, const traces::Function& function, const traces::RunInfo& run);
std::optional<double> run_figure(std::string_view figure, const traces::Profile& profile);

/// Outputs against expected bytes: "max_difference", the largest difference of two elements;
/// "different", how many elements differ. Integers by value; floats by value, too (NaN against
/// anything but NaN is an infinite difference). InputError if the sizes differ.
std::optional<double> output_figure(std::string_view figure,
    const std::vector<traces::Output>& outputs, const std::vector<std::uint8_t>& expected,
    const std::string& where);

} // namespace comparison

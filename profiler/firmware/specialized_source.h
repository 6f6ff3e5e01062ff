// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/execution_plan.h"

#include <string>
#include <vector>

namespace firmware {

/// A function made from a kernel template for one shape: all numbers of its parameters are
/// constants that the compiler sees, only what is a pointer comes from the layer. Steps with the
/// same template and the same numbers share one.
struct Instance {
    std::string function;           // "specialized_conv_2d_1x1_2"
    std::vector<std::size_t> steps; // of the plan
};

/// In the order of first use.
std::vector<Instance> instances_of(const plan::ExecutionPlan& plan);

/// specialized.c: the instances; empty if the plan uses no template.
std::string specialized_source(const plan::ExecutionPlan& plan);

inline constexpr std::string_view specialized_file = "specialized.c";

} // namespace firmware

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "mcu_models/graph/model_graph.h"
#include "profiler/firmware/kernel_sources.h"
#include "profiler/firmware/memory_layout.h"
#include "profiler/plan/execution_plan.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firmware {

/// Folders of a project where headers are.
inline constexpr std::array<std::string_view, 3> include_folders {
    "kernels/include", "kernels/startup", "kernels/specialized"};

inline constexpr std::uint64_t default_stack_bytes = 4096;

/// A source file of the project and what the compiler is told for it alone.
struct CompileUnit {
    std::string path;
    std::vector<std::string> flags;   // beside those of the core and those that name folders
    std::vector<std::string> headers; // that it reads, paths as in the project

    bool is_c() const { return path.ends_with(".c"); }
};

/// Everything that decides the bytes of a firmware but the compiler itself: sources, linker script,
/// flags. The same network, plan and chip always give the same project.
struct Project {
    std::string network; // plain name
    MemoryNeeds needs;
    MemoryLayout layout;
    std::uint64_t stack_bytes = 0;
    std::vector<SourceFile> files;
    std::vector<CompileUnit> units; // in the order of linking
    std::vector<std::string> core_flags;
    std::vector<std::string> link_flags;

    const std::string& content_of(const std::string& path) const;
};

/// InputError if the network does not fit the chip.
Project make_project(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const mcu::ChipModel& chip, std::uint64_t stack_bytes = default_stack_bytes);

} // namespace firmware

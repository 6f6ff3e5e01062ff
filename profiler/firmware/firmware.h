// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/model_graph.h"
#include "profiler/firmware/project.h"
#include "profiler/plan/execution_plan.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace firmware {

/// The function of one layer.
struct LayerSymbol {
    int index = 0; // of the operator
    std::string function;
    std::uint32_t address = 0, size = 0;
};

/// The bytes of a tensor in the firmware's memory.
struct TensorAddress {
    graph::TensorIndex tensor = graph::no_tensor;
    std::string name;
    graph::ElementType type = graph::ElementType::int8;
    std::vector<int> shape;
    std::uint32_t address = 0, bytes = 0;
};

/// Sizes as the linker has them. Flash is code + constants + weights; SRAM is static_data + stack +
/// arena.
struct FirmwareSizes {
    std::uint64_t code = 0;      // vectors, functions, unwinding tables
    std::uint64_t constants = 0; // kernel parameters, tables, initial values of .data
    std::uint64_t weights = 0;
    std::uint64_t static_data = 0; // .data and .bss, and what start-up copies to RAM (in flash too)
    std::uint64_t stack = 0;       // reserved
    std::uint64_t arena = 0;

    std::uint64_t flash() const { return code + constants + weights; }
    std::uint64_t sram() const { return static_data + stack + arena; }
};

/// A firmware that runs one inference: put the inputs' bytes at their addresses, start it, wait for
/// its exit (semihosting), read the outputs at theirs. It prints them too: "output 0 80f3...", one
/// line an output.
struct Firmware {
    base::ByteVector elf;
    std::vector<LayerSymbol> layers;
    std::vector<TensorAddress> inputs, outputs; // of the network
    std::vector<std::vector<TensorAddress>>
        step_outputs; // by step; valid right after that layer only
    FirmwareSizes sizes;
    MemoryLayout layout;
    mcu::AddressRange stack, arena;
    int compiler_runs = 0; // 0: all came from the cache
};

struct BuildOptions {
    std::optional<std::filesystem::path> cache_folder; // none: Cache::default_folder()
    std::uint64_t stack_bytes = default_stack_bytes;
    unsigned jobs = 0; // compilers at the same time; 0: one a processor
};

/// Compiles and links the network for the chip. The same bytes for the same network, plan, chip and
/// compiler, wherever and by whomever; taken from the cache if they were made before.
///
/// InputError: it does not fit (which bank, by how many bytes, what would fit), no compiler, the
/// compiler fails (its message; the folder with the sources is kept), cache or temporary folder not
/// writable. Interrupted: Ctrl-C.
Firmware build_firmware(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const mcu::ChipModel& chip, const BuildOptions& options = {});

/// Writes the firmware as a C project with a CMakeLists.txt that builds the same ELF, and the ELF.
/// The folder may exist; files of the same names are replaced. InputError if it cannot be written.
void write_project(const std::filesystem::path& folder, const graph::ModelGraph& graph,
    const plan::ExecutionPlan& plan, const mcu::ChipModel& chip, const Firmware& firmware,
    const BuildOptions& options = {});

} // namespace firmware

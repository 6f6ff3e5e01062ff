// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/model_graph.h"

#include <filesystem>
#include <string>

namespace bench {

/// What a firmware does again and again before its one inference.
struct Repeated {
    std::string function = "model_invoke"; // void (void)
    int times = 0;
    std::filesystem::path source = {}; // of the function, if the network's firmware has none such
};

/// The firmware that users get for this network and chip, but with something repeated before. The
/// repetition is in a function put around main by the linker; no file of the firmware is different.
/// InputError: it does not fit.
base::ByteVector build_repeated(const graph::ModelGraph& graph, const mcu::ChipModel& chip,
    const std::string& kernels, const Repeated& repeated,
    const std::filesystem::path& cache_folder);

} // namespace bench

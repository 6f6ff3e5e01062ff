// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/graph/model_graph.h"

#include <filesystem>
#include <string>

namespace bench {

/// The firmware that users get for this network and chip, but with `inferences` of them one after
/// the other. The first ones come from a function put around main by the linker; no file of the
/// firmware is different.
base::ByteVector build_repeated(const graph::ModelGraph& graph, const mcu::ChipModel& chip,
    const std::string& kernels, int inferences, const std::filesystem::path& cache_folder);

} // namespace bench

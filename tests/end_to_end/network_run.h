// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/profile_target.h"

#include <gtest/gtest.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace end_to_end {

/// One network of ../shared/models on one chip.
struct NetworkRun {
    std::string network; // the file's name without ".tflite"
    std::string chip;
    std::string kernels; // reference, dsp
};

/// In a failed test's message, instead of the object's bytes.
void PrintTo(const NetworkRun& run, std::ostream* out);

/// A ctest name: "mlperf_kws_dscnn_int8_generic_m4_dsp".
std::string name_of_run(const testing::TestParamInfo<NetworkRun>& info);

/// Why this run cannot be made here: what is not installed, or not beside the repository. None: it
/// can.
std::optional<std::string> missing_for(const NetworkRun& run);

/// Networks whose reference kernels stay below half a billion instructions, smallest first.
const std::vector<std::string>& small_networks();

struct RunOptions {
    int pattern = 0; // the test input (shared/golden/README.md)
    bool verify = false, exact = false;
};

/// Builds and profiles it as `mcuprof profile` does. Compiled firmware is kept in the build tree,
/// for all tests.
profiler::Outcome profile_network(const NetworkRun& run, const RunOptions& options);

} // namespace end_to_end

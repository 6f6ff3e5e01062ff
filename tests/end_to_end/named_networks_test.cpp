// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/process.h"
#include "profiler/profile_target.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>
#include <string>

namespace {

/// One network of ours whose operators the files in ../shared/models do not have, or not like this.
struct NamedRun {
    std::string network, kernels;
};
void PrintTo(const NamedRun& run, std::ostream* out) { *out << run.network << ", " << run.kernels; }

class NamedNetwork : public testing::TestWithParam<NamedRun> { };

TEST_P(NamedNetwork, ComputesWhatTheHostDoes)
{
    if (!firmware::find_program("arm-none-eabi-gcc"))
        GTEST_SKIP() << "needs arm-none-eabi-gcc";
    ::setenv("MCUPROF_CACHE", FIRMWARE_CACHE, 1);
    const profiler::Target target = profiler::load_target(GetParam().network);
    profiler::Request request {.kernels = GetParam().kernels, .input_file = {}, .verify = true};
    profiler::Progress silent(profiler::Progress::Form::none);
    const profiler::Outcome outcome
        = profiler::profile_target(target, mcu::load_chip("generic-m4"), request, silent);
    EXPECT_FALSE(outcome.difference) << *outcome.difference;
    EXPECT_EQ(outcome.verified_layers, target.graph->operators.size());
}

INSTANTIATE_TEST_SUITE_P(OnAnM4, NamedNetwork,
    testing::Values(NamedRun {"mobilenet-v3-small-0.35-32:10", "reference"},
        NamedRun {"mobilenet-v3-small-0.35-32:10", "dsp"},
        NamedRun {"mobilenet-v3-large-minimalistic-0.25-32:10", "reference"},
        NamedRun {"mobilenet-v3-large-minimalistic-0.25-32:10", "dsp"},
        NamedRun {"mcunetv2-large@32:4", "reference"}, NamedRun {"mcunetv2-large@32:4", "dsp"},
        NamedRun {"person-det", "dsp"}, NamedRun {"tflm-person-detect", "dsp"},
        NamedRun {"small-cifar", "dsp"}, NamedRun {"mlperf-ad", "reference"}));

} // namespace

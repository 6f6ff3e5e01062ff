// SPDX-License-Identifier: GPL-2.0-or-later
//
// The energy model against measured networks (MLPerf Tiny, closed division: medians of an STM32 LPM01A at 1.8 V, MCU rail
// only). Power alone: simulated current times measured latency, because the stacks are not ours.
#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"
#include "profiler/energy/calibrate.h"
#include "tests/end_to_end/network_run.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

namespace end_to_end {
namespace {

constexpr double volts = 1.8;
constexpr std::array networks = {"mlperf_ad_autoencoder_int8", "mlperf_ic_resnet8_int8", "mlperf_kws_dscnn_int8", "mlperf_vww_mobilenetv1_025_96_int8"};
constexpr std::size_t keywords = 2; // calibrated on this one

struct Measured {
    double microjoules = 0, milliwatts = 0, milliseconds = 0;
};
struct Board {
    const char *name, *chip, *supply;
    std::array<Measured, networks.size()> rows;
    std::array<double, networks.size()> worst; // relative error once calibrated: fails when it grows
};
const Board boards[] = {
    {"STM32L4R5, TFLM and CMSIS-NN", "stm32l4r5", "LDO, 1.8 V",
        {{{416, 40.1, 10.05}, {29207, 41.5, 704.2}, {7374, 40.8, 181.9}, {24313, 40.3, 600.6}}}, {0.06, 0.06, 0.01, 0.06}},
    {"STM32L4R5, X-CUBE-AI 7.1", "stm32l4r5", "LDO, 1.8 V",
        {{{431, 44.7, 9.67}, {12298, 48.7, 252.8}, {4636, 47.7, 97.7}, {12293, 48.3, 254.6}}}, {0.06, 0.06, 0.01, 0.06}},
    {"STM32U575, X-CUBE-AI 7.1", "stm32u575", "SMPS, 1.8 V",
        {{{152.6, 26.8, 5.73}, {4151, 26.4, 158.1}, {1482, 27.2, 54.8}, {4031, 26.7, 151.6}}}, {0.06, 0.06, 0.01, 0.06}},
};

traces::Profile profile(const mcu::ChipModel& chip, const char* network)
{
    ::setenv("MCUPROF_CACHE", FIRMWARE_CACHE, 1);
    profiler::Progress silent(profiler::Progress::Form::none);
    profiler::Target target = profiler::load_target(std::string(SHARED_DIR "/models/") + network + ".tflite");
    return profiler::profile_target(target, chip, {.kernels = "dsp", .input_file = {}}, silent).profile;
}

void expect_whole(const traces::Profile& profile)
{
    EXPECT_EQ(traces::find_unbalanced_sum(profile), std::nullopt);
    EXPECT_GE(profile.power.size(), 1000u) << profile.run.target;
    ASSERT_TRUE(profile.total.energy);
    EXPECT_LT(profile.total.energy->low, profile.total.energy->joules);
    EXPECT_GT(profile.total.energy->high, profile.total.energy->joules);
    EXPECT_GT(traces::value_of(profile.energy_by_term, "memory"), 0u);
}

double relative_error(double amperes, const Measured& measured)
{
    return amperes * volts * measured.milliseconds * 1e-3 / (measured.microjoules * 1e-6) - 1;
}

class MeasuredEnergy : public testing::TestWithParam<Board> { };

TEST_P(MeasuredEnergy, CalibratedOnOneNetworkTheOthersAgree)
{
    const Board& board = GetParam();
    if (auto missing = missing_for({networks[0], board.chip, "dsp"}))
        GTEST_SKIP() << *missing;
    mcu::ChipModel chip = mcu::load_chip(board.chip, {}, board.supply);
    std::vector<energy::Observation> observed;
    std::vector<double> uncalibrated;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        traces::Profile run = profile(chip, networks[i]);
        expect_whole(run);
        observed.push_back(energy::observe(run, board.rows[i].milliwatts * 1e-3 / volts));
        uncalibrated.push_back(run.total.energy->joules / traces::seconds(run.total.cycles, run.run) / volts);
    }
    mcu::Calibration found = energy::fit(std::vector {observed[keywords]}).calibration;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        double calibrated = relative_error(energy::modeled_current(observed[i], found), board.rows[i]);
        fmt::print("{}: {}: data sheet {:+.1f} %, uncalibrated {:+.1f} %, calibrated on keywords {:+.1f} %\n", board.name, networks[i],
            100 * relative_error(observed[i].fixed + observed[i].working, board.rows[i]), 100 * relative_error(uncalibrated[i], board.rows[i]), 100 * calibrated);
        EXPECT_LT(std::abs(calibrated), board.worst[i]) << networks[i];
    }
}

INSTANTIATE_TEST_SUITE_P(Boards, MeasuredEnergy, testing::ValuesIn(boards),
    [](const testing::TestParamInfo<Board>& board) { return fmt::format("{}_{}", board.param.chip, board.index); });

} // namespace
} // namespace end_to_end

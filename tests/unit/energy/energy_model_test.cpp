// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/energy/energy_model.h"

#include "mcu_models/power_model.h"
#include "tests/unit/mcu_models/complaint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace sim {
namespace {

Reading reading(std::uint64_t working, std::uint64_t stalled, std::uint64_t asleep = 0)
{
    Reading result;
    result.cycles.charge(Cause::issue, base::Cycles(working));
    result.cycles.charge(Cause::fetch_wait, base::Cycles(stalled));
    result.cycles.charge(Cause::sleep, base::Cycles(asleep));
    result.stalled = stalled;
    return result;
}

EnergyModel model_of(const char* chip, const char* supply = "", base::Hertz clock = {})
{
    std::optional<EnergyModel> model = EnergyModel::of(mcu::load_chip(chip, clock, supply));
    EXPECT_TRUE(model) << chip;
    return *model;
}

double joules(const EnergyModel& model, const Reading& what) { return model.with_range(model.of_reading(what)).joules; }

/// Without what boards add: the data sheet's row.
double milliamperes(const char* chip, const char* supply, std::uint64_t clock, const Reading& of_a_second)
{
    EnergyModel model = model_of(chip, supply, base::Hertz(clock));
    EnergyAccount account = model.of_reading(of_a_second);
    return static_cast<double>(account.total() - account[EnergyTerm::platform]) * 1e-15 / model.volts() * 1e3;
}

TEST(EnergyModel, ReturnsTheRowsOfTheDataSheet)
{
    EXPECT_NEAR(milliamperes("stm32u575", "LDO", 160'000'000, reading(160'000'000, 0)), 13.5, 1e-3);
    EXPECT_NEAR(milliamperes("stm32u575", "LDO", 160'000'000, reading(0, 0, 160'000'000)), 4.35, 1e-3);
    EXPECT_NEAR(milliamperes("stm32u575", "SMPS, 3.0 V", 160'000'000, reading(160'000'000, 0)), 7.15, 0.01);
    EXPECT_NEAR(milliamperes("stm32u575", "SMPS,1.8V", 160'000'000, reading(160'000'000, 0)), 10.5, 0.05);
    EXPECT_NEAR(milliamperes("stm32u575", "range 2, LDO", 110'000'000, reading(110'000'000, 0)), 8.8, 1e-3);
    EXPECT_NEAR(milliamperes("stm32u575", "range 4, LDO", 16'000'000, reading(16'000'000, 0)), 1.30, 1e-3);
    EXPECT_NEAR(milliamperes("stm32f412", "", 100'000'000, reading(100'000'000, 0)), 11.6, 1e-3);
    EXPECT_NEAR(milliamperes("nrf52840", "dcdc", 64'000'000, reading(64'000'000, 0)), 3.3, 1e-3);
    EXPECT_NEAR(milliamperes("nrf52840", "ldo", 64'000'000, reading(64'000'000, 0)), 6.3, 2e-3);
}

/// 0.35 of what working adds to sleep.
TEST(EnergyModel, AStalledCoreDrawsLittleMoreThanASleepingOne)
{
    EXPECT_NEAR(milliamperes("stm32u575", "LDO", 160'000'000, reading(0, 160'000'000)), 4.35 + 0.35 * (13.5 - 4.35), 1e-3);
}

TEST(EnergyModel, IsUnknownWithoutCurrents)
{
    EXPECT_FALSE(EnergyModel::of(mcu::load_chip("generic-m4")));
    EXPECT_FALSE(EnergyModel::of(mcu::load_chip("psoc62")));
    // A row that reaches the clock is needed.
    EXPECT_TRUE(EnergyModel::of(mcu::load_chip("stm32l4r5", base::Hertz(26'000'000), "range 2")));
}

TEST(EnergyModel, PartsSumToTheWhole)
{
    std::mt19937_64 random(7);
    EnergyModel model = model_of("stm32l4r5");
    EnergyAccount sum;
    Reading whole;
    std::uint64_t total = 0;
    for (int i = 0; i < 200; ++i) {
        Reading part = reading(random() % 1'000'000, random() % 100'000, random() % 1000);
        part.traffic.resize(2);
        part.traffic[0].data_misses = random() % 10'000;
        part.traffic[0].fetch_misses = random() % 10'000;
        whole += part;
        total += model.of_reading(part).total();
    }
    EXPECT_EQ(model.of_reading(whole).total(), total);
    JoulesWithRange energy = model.with_range(model.of_reading(whole));
    EXPECT_LT(energy.low, energy.joules);
    EXPECT_GT(energy.high, energy.joules);
}

TEST(EnergyModel, MovesInTheExpectedDirection)
{
    Reading work = reading(1'000'000, 50'000);
    work.traffic.resize(1);
    Reading missing = work;
    missing.traffic[0].data_misses = 1000;
    EXPECT_GT(joules(model_of("stm32l4r5"), missing), joules(model_of("stm32l4r5"), work));
    // An LDO burns what the voltage is above the core's; through the SMPS the same work costs about the same.
    EXPECT_NEAR(joules(model_of("stm32u575", "LDO, 3.6 V"), work) / joules(model_of("stm32u575", "LDO, 1.8 V"), work), 2, 1e-3);
    EXPECT_LT(joules(model_of("stm32u575", "SMPS, 3 V"), work), joules(model_of("stm32u575", "LDO, 3 V"), work));
    // The same cycles cost more at a lower clock of the same range, as the static current lasts longer; less in a lower range.
    base::Hertz fast(160'000'000), slow(40'000'000);
    EXPECT_GT(joules(model_of("stm32u575", "", slow), work), joules(model_of("stm32u575", "", fast), work));
    EXPECT_LT(joules(model_of("stm32u575", "range 3", slow), work), joules(model_of("stm32u575", "", slow), work));
    // Energy of a second rises with the clock.
    EXPECT_GT(milliamperes("stm32u575", "LDO", 160'000'000, reading(160'000'000, 0)), milliamperes("stm32u575", "LDO", 80'000'000, reading(80'000'000, 0)));
}

TEST(EnergyModel, KnowsWhatIsTooMuchToCount)
{
    EnergyModel model = model_of("stm32f746");
    EXPECT_FALSE(model.overflows(reading(1'000'000'000'000, 0)));
    EXPECT_TRUE(model.overflows(reading(0, 0, std::uint64_t {1} << 60)));
}

TEST(EnergyModel, TakesACalibrationInsteadOfTheBoardFactor)
{
    mcu::ChipModel chip = mcu::load_chip("stm32u575");
    mcu::PowerModel power = *chip.power;
    power.calibration = mcu::Calibration {.platform_current = 2e-3, .activity = 1.16, .error = 0.05, .source = "a board", .file = {}};
    chip.power = std::make_shared<const mcu::PowerModel>(power);
    EnergyModel model = *EnergyModel::of(chip);
    EXPECT_EQ(model.basis(), "calibrated");
    EnergyAccount account = model.of_reading(reading(160'000'000, 0)); // a second
    double expected = 3.0 * (0.53 * (4.35e-3 + 1.16 * (13.5e-3 - 4.35e-3)) + 2e-3);
    EXPECT_NEAR(model.with_range(account).joules, expected, 1e-3 * expected);
    EXPECT_NEAR(model.with_range(account).high, 1.05 * expected, 1e-2 * expected);
}

TEST(Supply, IsARangeARegulatorAndAVoltage)
{
    using mcu::complaint_of;
    EXPECT_EQ(model_of("stm32u575").supply(), "SMPS, 3 V, range 1");
    EXPECT_EQ(model_of("stm32u575", "1.8 V, range 2").supply(), "SMPS, 1.8 V, range 2");
    EXPECT_EQ(model_of("stm32u575", model_of("stm32u575", "LDO").supply().c_str()).supply(), "LDO, 3 V, range 1");
    EXPECT_EQ(complaint_of([] { mcu::load_chip("stm32u575", {}, "SMPS, 5 V"); }),
        "stm32u575: the current through its SMPS is known from 1.8 to 3.3 V, asked for 5 V");
    EXPECT_EQ(complaint_of([] { mcu::load_chip("stm32l4r5", {}, "SMPS"); }), "stm32l4r5: knows no regulator 'SMPS'; there is LDO");
    EXPECT_EQ(complaint_of([] { mcu::load_chip("stm32u575", {}, "SMPS, LDO"); }), "stm32u575: a supply has one regulator, found 'SMPS, LDO'");
    EXPECT_THAT(complaint_of([] { mcu::load_chip("stm32u575", {}, "range 9"); }), testing::HasSubstr("knows no supply 'range 9'"));
    EXPECT_THAT(complaint_of([] { mcu::load_chip("generic-m4", {}, "1.8 V"); }), testing::HasSubstr("has no [power]"));
}

} // namespace
} // namespace sim

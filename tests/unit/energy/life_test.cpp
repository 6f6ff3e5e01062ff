// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/life.h"
#include "profiler/energy/quantities.h"
#include "profiler/energy/scenario.h"

#include <gtest/gtest.h>

#include <cmath>

namespace energy {
namespace {

/// A person detector on a STM32U575 at 160 MHz, 3.0 V through the SMPS: 12.86 mA measured at 1.8 V, 0.681 of it at 3.0 V.
constexpr Inference measured {0.0593, 0.01286 * 0.681 * 0.0593};

double microamperes(double period)
{
    static const mcu::ChipModel chip = mcu::load_chip("stm32u575");
    return 1e6 * duty_of({}, measured, chip, period).average_current();
}

double days(double period, const char* battery)
{
    Supply supply {.battery = mcu::find_battery(battery), .regulator = {}, .volts = 3.0};
    return life_of(1e-6 * microamperes(period), supply).uncapped_seconds / 86400;
}

/// The worked example that the model was written from: averages to their digits, days to half a day or the 0.1 % that
/// three digits of charge leave open.
TEST(Life, IsThatOfTheWorkedExample)
{
    struct Row {
        double period, average, lithium, alkaline, coin;
    };
    constexpr Row rows[] = {
        {0.2, 2600, 43, 37, 3},
        {1, 524, 214, 179, 13},
        {5, 108, 1018, 815, 65},
        {10, 56, 1920, 1461, 125},
        {60, 12.9, 7352, 4317, 534},
    };
    auto expect_days = [](double period, const char* battery, double expected) {
        EXPECT_NEAR(days(period, battery), expected, std::max(0.5, 0.001 * expected)) << battery << " every " << period << " s";
    };
    for (const Row& row : rows) {
        double digit = row.average >= 1000 ? 5 : row.average >= 50 ? 0.5 : 0.05;
        EXPECT_NEAR(microamperes(row.period), row.average, digit) << row.period;
        expect_days(row.period, "2xAA-lithium", row.lithium);
        expect_days(row.period, "2xAA-alkaline", row.alkaline);
        expect_days(row.period, "CR2032", row.coin);
    }
}

TEST(Life, IsCappedByTheShelf)
{
    Supply supply {.battery = mcu::find_battery("2xaa-lithium"), .regulator = {}, .volts = 3.0};
    Life life = life_of(1e-6 * microamperes(60), supply);
    EXPECT_TRUE(life.capped);
    EXPECT_NEAR(life.seconds / 86400, 3650, 0.5);
    EXPECT_FALSE(life_of(1e-6 * microamperes(10), supply).capped);
}

TEST(Life, IsShorterColdAgedAndThroughARegulator)
{
    Supply supply {.battery = mcu::find_battery("2xaa-alkaline"), .regulator = {}, .volts = 1.8};
    double usual = life_of(1e-3, supply).seconds;
    Supply cold = supply, old = supply, ldo = supply, buck = supply;
    cold.celsius = 0;
    old.age = 0.7;
    ldo.regulator = {.efficiency = 1, .quiescent_current = 1e-5, .converts = false};
    buck.regulator = {.efficiency = 0.9, .quiescent_current = 1e-6, .converts = true};
    EXPECT_NEAR(life_of(1e-3, cold).seconds, 0.6 * usual, 1e-6 * usual);
    EXPECT_NEAR(life_of(1e-3, old).seconds, 0.7 * usual, 1e-6 * usual);
    EXPECT_LT(life_of(1e-3, ldo).seconds, usual);
    // 1.8 V from 3 V: two thirds of the current even at 90 %.
    EXPECT_GT(life_of(1e-3, buck).seconds, usual);
}

TEST(Battery, IsFoundByCellsAndName)
{
    EXPECT_EQ(mcu::find_battery("3xAA-Alkaline").cells, 3);
    EXPECT_DOUBLE_EQ(mcu::find_battery("3xAA-Alkaline").volts, 4.5);
    EXPECT_DOUBLE_EQ(mcu::find_battery("3xAA-Alkaline").capacity, mcu::find_battery("aa-alkaline").capacity);
    EXPECT_EQ(mcu::find_battery("18650").cells, 1);
}

TEST(Duty, CountsEachPhaseOnce)
{
    mcu::ChipModel chip = mcu::load_chip("stm32u575");
    Scenario scenario;
    scenario.sensors = {parse_sensor("pdm-mic=650uA"), parse_sensor("camera=1.1mA@100ms")};
    scenario.radios = {parse_radio("wifi=24.9mA:34s:5/day")};
    Duty duty = duty_of(scenario, measured, chip, 2);
    double seconds = 0, charge = 0;
    for (const Phase& phase : duty.phases) {
        seconds += phase.seconds;
        charge += phase.charge;
    }
    EXPECT_NEAR(seconds, 2, 1e-12);
    EXPECT_NEAR(duty.average_current(), charge / 2 + 650e-6, 1e-15);
    ASSERT_EQ(duty.phases.size(), 5u);
    EXPECT_EQ(duty.phases[4].name, "radio");
    EXPECT_NEAR(duty.phases[4].charge / 2, 0.0249 * 34 * 5 / 86400, 1e-12);
    EXPECT_EQ(duty.constants.at(0).name, "pdm-mic");
}

} // namespace
} // namespace energy

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/scenario.h"
#include "tests/unit/mcu_models/complaint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace energy {
namespace {

using mcu::complaint_of;
using testing::HasSubstr;

constexpr Inference some {0.06, 5e-4};

TEST(Scenario, IsReadFromAFile)
{
    Scenario scenario = parse_scenario("period = \"500ms\"\nsleep = \"stop3\"\nbattery = \"2xAA-lithium\"\nregulator = \"buck:0.9:1uA\"\n"
                                       "temperature = \"-5 C\"\nage = \"0.8\"\nsensors = [\"pdm-mic\", \"camera=1mA@20ms\"]\nradios = [\"ble=5mA:10ms:3/h\"]\n",
        "doorbell.toml");
    EXPECT_DOUBLE_EQ(scenario.period.value(), 0.5);
    EXPECT_EQ(scenario.sleep, "stop3");
    EXPECT_EQ(scenario.battery->cells, 2);
    EXPECT_TRUE(scenario.regulator.converts);
    EXPECT_EQ(scenario.celsius, -5);
    EXPECT_EQ(scenario.age, 0.8);
    ASSERT_EQ(scenario.sensors.size(), 2u);
    EXPECT_DOUBLE_EQ(scenario.sensors[0].current, 650e-6);
    EXPECT_DOUBLE_EQ(scenario.sensors[1].on.value(), 0.02);
    EXPECT_DOUBLE_EQ(scenario.radios.at(0).a_second, 3.0 / 3600);
}

TEST(Scenario, FileNamesTheLineThatIsWrong)
{
    auto complaint = [](const char* text) { return complaint_of([&] { parse_scenario(text, "doorbell.toml"); }); };
    EXPECT_THAT(complaint("sleep = \"stop2\"\nperiod = \"0 s\"\n"), testing::StartsWith("doorbell.toml:2: --period 0 s: a period must be longer than 0"));
    EXPECT_THAT(complaint("batery = \"CR2032\"\n"), HasSubstr("doorbell.toml:1: unknown key 'batery'"));
    EXPECT_THAT(complaint("battery = \"AAA\"\n"), HasSubstr("expected one of aa-lithium, aa-alkaline, cr2032, 18650"));
    EXPECT_THAT(complaint("period = 5\n"), HasSubstr("doorbell.toml:1: 'period' must be text"));
    EXPECT_THAT(complaint("sensors = [\"lamp\"]\n"), HasSubstr("expected NAME=CURRENT, or one of pdm-mic"));
    EXPECT_THAT(complaint("age = \"2\"\n"), HasSubstr("a share of the capacity that is left above 0, at most 1, found '2'"));
}

TEST(Scenario, RefusesWhatIsNoQuantity)
{
    EXPECT_THAT(complaint_of([] { parse_period("-1s"); }), HasSubstr("cannot be negative, found '-1s'"));
    EXPECT_THAT(complaint_of([] { parse_period("0s"); }), HasSubstr("must be longer than 0"));
    for (const char* text : {"", "1", "s", "1 parsec", "nans", "infs", "1s2", "1e400s"})
        EXPECT_THAT(complaint_of([&] { parse_period(text); }), HasSubstr("expected a time such as 500ms")) << text;
    for (const char* text : {"mic=", "=1mA", "mic=5", "mic=1mA@", "mic=1mA@1s@2s", "mic=-1mA"})
        EXPECT_NE(complaint_of([&] { parse_sensor(text); }), "(nothing)") << text;
    for (const char* text : {"wifi=1mA", "wifi=1mA:1s", "wifi=1mA:1s:5", "wifi=1mA:1s:-5/day", "wifi"})
        EXPECT_NE(complaint_of([&] { parse_radio(text); }), "(nothing)") << text;
    for (const char* text : {"buck", "buck:1.5:1uA", "buck:0:1uA", "ldo", "transformer:0.9:1uA"})
        EXPECT_NE(complaint_of([&] { parse_regulator(text); }), "(nothing)") << text;
    Scenario scenario;
    for (const char* text : {"pir", "pir=1uA", "pir=1uA:0/day", "pir=1uA:x"})
        EXPECT_NE(complaint_of([&] { set_wake_on(scenario, text); }), "(nothing)") << text;
}

TEST(Duty, MustFitThePeriod)
{
    mcu::ChipModel chip = mcu::load_chip("stm32u575");
    EXPECT_EQ(complaint_of([&] { duty_of({}, some, chip, 0.05); }),
        "a period of 50.0 ms: too short: duty would be 120 %; the shortest possible period is 60.1 ms");
    Scenario loud;
    loud.radios = {parse_radio("wifi=20mA:10s:1/s")};
    EXPECT_THAT(complaint_of([&] { duty_of(loud, some, chip, 1); }), HasSubstr("the radio alone never rests"));
}

TEST(Duty, NeedsAStateThatTheChipHas)
{
    mcu::ChipModel chip = mcu::load_chip("stm32u575");
    Scenario scenario;
    scenario.sleep = "coma";
    EXPECT_EQ(complaint_of([&] { duty_of(scenario, some, chip, 1); }),
        "--sleep coma: stm32u575 has no such state; there is stop2, stop2-all-sram, stop3, stop1, stop0, shutdown");
    EXPECT_THAT(complaint_of([] { duty_of({}, some, mcu::load_chip("stm32f746"), 1); }), HasSubstr("nobody says what it draws asleep"));
    EXPECT_THAT(complaint_of([] { duty_of({}, some, mcu::load_chip("generic-m4"), 1); }), HasSubstr("nobody says what it draws asleep"));
}

} // namespace
} // namespace energy

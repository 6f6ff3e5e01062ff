// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"
#include "tests/unit/mcu_models/complaint.h"
#include "tests/unit/mcu_models/example_chip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcu {
namespace {

const std::string power_table = R"([power]
volts = 3.0

[[power.range]]
static_ma = 0.5
rows = [{ clock = "40 MHz", active_ma = 5 }, { clock = "80 MHz", active_ma = 9.5, sleep_ma = 3 }]
regulator = [{ name = "LDO", points = [{ volts = 1.8, charge = 1.0 }, { volts = 3.6, charge = 1.0 }] }]
source = "manual"
grade = "datasheet"

[[power.memory]]
region = "flash"
miss_pc = 600
source = "manual"
grade = "estimate"

[[power.state]]
name = "stop"
keeps = "RAM"
current = [{ volts = 1.8, ua = 3 }, { volts = 3.0, ua = 2 }]
heat = [{ celsius = 25, factor = 1 }, { celsius = 85, factor = 7 }]
source = "manual"
grade = "datasheet"

)";

std::string complaint_with(const std::string& from, const std::string& to)
{
    std::string power = power_table;
    std::size_t place = power.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    power.replace(place, from.size(), to);
    // The example's keys before its first table must stay first.
    std::size_t tables = example_chip.find("[clock]");
    std::string text = example_chip.substr(0, tables) + power + example_chip.substr(tables);
    return complaint_of([&] { parse_chip(text, "chip.toml"); });
}

TEST(PowerRules, AcceptTheExample) { EXPECT_EQ(complaint_with("volts = 3.0", "volts = 3.0"), "(nothing)"); }

TEST(PowerRules, RefuseWhatCannotBe)
{
    struct Case {
        const char *from, *to, *complaint;
    };
    const Case cases[] = {
        {"volts = 3.0", "volts = 30", "chip.toml:7: 'volts' must be from 0.5 to 6, found 30"},
        {"volts = 3.0", "volt = 3.0", "[power] needs 'volts'"},
        {"active_ma = 9.5", "active_ma = 4.5", "a faster clock draws no less"},
        {"active_ma = 9.5", "active_ma = -1", "'active_ma' must be from 0 to 2000, found -1"},
        {"sleep_ma = 3", "sleep_ma = 10", "asleep it must draw less than the 9.5 mA of running"},
        {", sleep_ma = 3", "", "one of the rows must say 'sleep_ma'"},
        {"\"80 MHz\"", "\"40 MHz\"", "clocks must rise"},
        {"\"80 MHz\"", "\"70 MHz\"", "currents end at 70 MHz, the maximum clock is 80 MHz"},
        {"static_ma = 0.5", "static_ma = 4", "at 0 Hz it must draw no more than the 3 mA of the rows"},
        {"name = \"LDO\"", "name = \"magic\"", "a regulator is 'LDO' or 'SMPS', found 'magic'"},
        {"volts = 3.6, charge", "volts = 1.6, charge", "voltages must rise"},
        {"region = \"flash\"", "region = \"flush\"", "names no region of this chip: 'flush'"},
        {"miss_pc = 600", "mis_pc = 600", "unknown key 'mis_pc'"},
        {"source = \"manual\"\ngrade = \"estimate\"", "grade = \"estimate\"", "does not say where its numbers come from ('source')"},
        {"ua = 2 }", "ua = -2 }", "'ua' must be from 0 to 1000000, found -2"},
        {"celsius = 85", "celsius = 5", "temperatures must rise"},
        {"rows = [{", "row = [{", "needs 'rows'"},
    };
    for (const Case& one : cases) {
        std::string complaint = complaint_with(one.from, one.to);
        EXPECT_THAT(complaint, testing::StartsWith("chip.toml:")) << one.to;
        EXPECT_THAT(complaint, testing::HasSubstr(one.complaint)) << one.to;
    }
}

TEST(PowerModel, DrawsStraightLines)
{
    std::size_t tables = example_chip.find("[clock]");
    ChipModel chip = parse_chip(example_chip.substr(0, tables) + power_table + example_chip.substr(tables), "chip.toml");
    const PowerModel& power = *chip.power;
    PowerModel::Currents currents = PowerModel::currents_at(power.ranges[0], base::Hertz(60'000'000));
    EXPECT_NEAR(currents.active, 7.25e-3, 1e-9);
    EXPECT_NEAR(currents.sleep, 0.5e-3 + 2.5e-3 * 0.75, 1e-9);
    EXPECT_NEAR(PowerModel::currents_at(power.ranges[0], base::Hertz(20'000'000)).active, 2.75e-3, 1e-9);
    EXPECT_NEAR(power.find_state("stop")->current_at(2.4, 25), 2.5e-6, 1e-12);
    EXPECT_NEAR(power.find_state("stop")->current_at(3.0, 55), 8e-6, 1e-12);
    EXPECT_EQ(power.find_state("dream"), nullptr);
}

} // namespace
} // namespace mcu

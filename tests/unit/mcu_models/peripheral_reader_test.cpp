// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/peripheral_reader.h"

#include "mcu_models/chip_model.h"
#include "mcu_models/model_files.h"
#include "tests/unit/mcu_models/complaint.h"
#include "tests/unit/mcu_models/example_chip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mcu {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string provenance = "source = \"manual 9\"\ngrade = \"secondary\"\n";

/// A group of one peripheral, with these registers.
std::string group(const std::string& registers, const std::string& base = "0x4000_0000")
{
    return "[[peripherals]]\n" + provenance + "list = [{ name = \"RCC\", base = " + base
        + ", register = [" + registers + "] }]\n";
}

std::string complaint(const std::string& devices)
{
    return complaint_of(
        [&] { parse_chip(example_with("[placement]", devices + "[placement]"), "x.toml"); });
}

ChipModel chip_with(const std::string& devices)
{
    return parse_chip(example_with("[placement]", devices + "[placement]"), "x.toml");
}

TEST(PeripheralReaderTest, ReadsRegistersOfAChipFile)
{
    ChipModel chip = chip_with(
        group("{ name = \"CR\", offset = 0, reset = 1, rules = [\"ON 0 -> CSR.READY 1\"] },"
              "{ name = \"CSR\", offset = 0x10, read_only = 3, counts = \"1 MHz\", counts_from_bit "
              "= 32 },"
              "{ name = \"LOCK\", offset = 0x100, copies = 3, transmits_byte = 3 }"));
    ASSERT_EQ(chip.peripherals.size(), 1u);
    const std::vector<RegisterModel>& registers = chip.peripherals.front().registers;
    ASSERT_EQ(registers.size(), 5u);
    EXPECT_EQ(registers[0].name, "RCC_CR");
    EXPECT_EQ(registers[0].address, 0x4000'0000u);
    EXPECT_EQ(registers[0].rules.front().target, 0x4000'0010u);
    EXPECT_EQ(registers[1].counts, base::Hertz(1'000'000));
    EXPECT_EQ(registers[1].counts_from_bit, 32);
    EXPECT_EQ(registers[4].name, "RCC_LOCK2");
    EXPECT_EQ(registers[4].address, 0x4000'0108u);
    EXPECT_EQ(registers[4].transmits, 3);
}

TEST(PeripheralReaderTest, EveryKindOfPeripheralIsRead)
{
    for (const std::string& kind : peripheral_file_names()) {
        ChipModel chip = chip_with("[[peripherals]]\n" + provenance
            + "list = [{ name = \"P\", kind = \"" + kind + "\", base = 0x4000_0000 }]\n");
        EXPECT_FALSE(chip.peripherals.front().registers.empty()) << kind;
        EXPECT_FALSE(chip.peripherals.front().registers_source.empty()) << kind;
    }
}

TEST(PeripheralReaderTest, SourcesAreToldButCarryNoFigure)
{
    std::vector<SourceLine> lines = sources(chip_with(group("{ name = \"CR\", offset = 0 }")));
    auto line = std::ranges::find(lines, "peripheral RCC", &SourceLine::figure);
    ASSERT_NE(line, lines.end());
    EXPECT_EQ(line->source, "manual 9");
    EXPECT_FALSE(line->timing);
}

TEST(PeripheralReaderTest, WrongRegistersAreRefusedWithTheirLine)
{
    struct Case {
        const char *registers, *what;
    };
    for (const Case& c : {Case {"{ name = \"A\", offset = 2 }", "must be a multiple of 4"},
             Case {"{ name = \"A\", offset = 0 }, { name = \"A\", offset = 4 }",
                 "two registers have the name 'A'"},
             Case {"{ name = \"A\", offset = 0 }, { name = \"B\", offset = 0 }",
                 "two registers are at 0x40000000"},
             Case {"{ name = \"A\", offset = 0, copies = 2 }, { name = \"B\", offset = 4 }",
                 "two registers are at 0x40000004"},
             Case {"{ name = \"A\", offset = 0, copies = 0 }", "expected 1 to 1024 copies"},
             Case {"{ name = \"A\", offset = 0, rule = [\"X 0 -> Y 1\"] }", "unknown key 'rule'"},
             Case {"{ name = \"A\", offset = 0, rules = [\"X 0 -> B.Y 1\"] }",
                 "there is no register 'B' here"},
             Case {"{ name = \"A\", offset = 0, transmits_byte = 4 }", "bytes 0 to 3, found 4"},
             Case {"{ name = \"A\", offset = 0, counts = \"1 MHz\", counts_from_bit = 33 }",
                 "expected 0 to 32"},
             Case {"{ name = \"A\", offset = 0, transfer = { pointer = \"P\", length = \"A\", done "
                   "= \"A\" } }",
                 "there is no register 'P' here"}}) {
        EXPECT_THAT(complaint(group(c.registers)), StartsWith("x.toml:")) << c.registers;
        EXPECT_THAT(complaint(group(c.registers)), HasSubstr(c.what));
    }
    EXPECT_THAT(
        complaint(group("{ name = \"A\", offset = 0 }") + group("{ name = \"B\", offset = 0 }")),
        HasSubstr("'RCC_A' and 'RCC_B' are both at 0x40000000"));
}

TEST(PeripheralReaderTest, APeripheralNeedsAKindOrRegisters)
{
    auto listed = [&](const std::string& row) {
        return complaint("[[peripherals]]\n" + provenance + "list = [{ " + row + " }]\n");
    };
    EXPECT_THAT(
        listed("name = \"A\", base = 0"), HasSubstr("needs either a 'kind' or a 'register' list"));
    EXPECT_THAT(
        listed(
            "name = \"A\", base = 0, kind = \"pl011\", register = [{ name = \"R\", offset = 0 }]"),
        HasSubstr("needs either a 'kind' or a 'register' list"));
    EXPECT_THAT(listed("name = \"A\", base = 0, kind = \"pl01\""),
        HasSubstr("unknown kind of peripheral 'pl01'; did you mean pl011"));
    EXPECT_THAT(
        complaint("[[peripherals]]\nlist = [{ name = \"A\", base = 0, kind = \"pl011\" }]\n"),
        HasSubstr("'source'"));
}

TEST(PeripheralReaderTest, WrongWindowsAreRefused)
{
    auto window = [&](const std::string& keys) {
        return complaint("[[register_window]]\n" + keys + provenance);
    };
    EXPECT_THAT(
        window("start = 0x4000_0000\nsize = \"1 MiB\"\n"), HasSubstr("must show another address"));
    EXPECT_THAT(window("start = 0xf000_0000\nsize = \"512 MiB\"\nshows = 0\n"),
        HasSubstr("must end within 4 GiB"));
    const std::string shape = "start = 0x4000_0000\nsize = \"1 MiB\"\noperation_bit = 12\n";
    EXPECT_THAT(window(shape + "operations = [\"plain\", \"flip\"]\n"),
        HasSubstr("unknown operation 'flip'"));
    EXPECT_THAT(window(shape + "operations = [\"plain\", \"set\", \"clear\"]\n"),
        HasSubstr("expected 2 or 4 operations, found 3"));
    EXPECT_THAT(window("start = 0x4000_0000\nsize = \"1 MiB\"\noperation_bit = 1\noperations = "
                       "[\"plain\", \"set\"]\n"),
        HasSubstr("expected a bit from 2 to 30"));
    EXPECT_EQ(window(shape + "operations = [\"plain\", \"set\"]\n"), "(nothing)");
}

} // namespace
} // namespace mcu

// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/boot.h"
#include "tests/support/assembler.h"
#include "tests/support/c_program.h"
#include "tests/unit/sim/assembled_code.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace sim;
using testing::HasSubstr;

constexpr const char* program = "function start\nnop\nexit 0\nendfunction start\n";

class BootTest : public testing::Test {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    static Boot boot(
        const std::vector<std::uint8_t>& elf, const std::string& chip_name = "generic-m4")
    {
        return boot(elf, mcu::load_chip(chip_name));
    }
    static Boot boot(const std::vector<std::uint8_t>& elf, const mcu::ChipModel& chip)
    {
        MemoryMap memory(chip);
        return load_image(memory, ElfImage(elf, "x.elf"), chip, "x.elf");
    }
    static std::string complaint(
        const std::vector<std::uint8_t>& elf, const std::string& chip = "generic-m4")
    {
        try {
            boot(elf, chip);
        } catch (const base::InputError& error) {
            return error.what();
        }
        return "";
    }
    static std::vector<std::uint8_t> assembled(const std::string& source, std::uint32_t address = 0)
    {
        return support::assemble(source, support::cortex_m4_flags, address);
    }
};

TEST_F(BootTest, StartsFromTheTableAtTheLowestAddress)
{
    Boot found = boot(assembled("vectors 0x20001000\n" + std::string(program)));
    EXPECT_EQ(found.stack_pointer, 0x20001000u);
    EXPECT_EQ(found.first_pc, 8u);
    EXPECT_EQ(found.vector_table, 0u);
    EXPECT_EQ(found.found_by, "start of a segment");
}

TEST_F(BootTest, ASymbolSaysWhereTheTableIs)
{
    for (const char* name : {"g_pfnVectors", "__isr_vector", "__Vectors", "vector_table"}) {
        Boot found = boot(assembled(
            fmt::format("{}.align 7\n.global {}\n{}:\nvectors 0x20001000\n", program, name, name)));
        EXPECT_EQ(found.vector_table, 128u) << name;
        EXPECT_EQ(found.first_pc, 0u) << name;
        EXPECT_EQ(found.found_by, fmt::format("symbol {}", name));
    }
}

TEST_F(BootTest, WhatCannotBeATableIsNone)
{
    // The stack outside memory, an even reset vector, one that points behind the code.
    for (const char* table : {".word 0x90000000, start\n", ".word 0x20001000, 8\n",
             ".word 0x20001000, 0x10001\n", ".word 0x20001002, start\n"}) {
        Boot found = boot(
            assembled(std::string(table) + ".global _start\n.thumb_func\n_start:\n" + program));
        EXPECT_EQ(found.vector_table, std::nullopt) << table;
        EXPECT_EQ(found.found_by, "entry point of the ELF file");
        EXPECT_EQ(found.first_pc, 8u);
        EXPECT_EQ(found.stack_pointer, 0x20800000u); // the end of SRAM
    }
}

TEST_F(BootTest, TheSecondBootStageOfAnRp2040IsPassedOver)
{
    std::vector<std::uint8_t> elf
        = support::assemble(".space 256\nvectors 0x20040000\n" + std::string(program),
            support::cortex_m0plus_flags, 0x10000000);
    Boot found = boot(elf, "rp2040");
    EXPECT_EQ(found.vector_table, 0x10000100u);
    EXPECT_EQ(found.first_pc, 0x10000108u);
}

TEST_F(BootTest, AnImageLinkedToFlashesAliasAtZeroRuns)
{
    mcu::ChipModel chip = mcu::load_chip("stm32l4r5");
    std::ranges::find(chip.regions, "flash", &mcu::Region::name)->alias = 0;
    const std::vector<std::uint8_t> at_alias
        = assembled("vectors 0x20001000\n" + std::string(program));
    Boot found = boot(at_alias, chip);
    EXPECT_EQ(found.vector_table, 0u);
    EXPECT_EQ(found.first_pc, 8u);

    // Flashed at the bank's own address, linked to run at the alias.
    std::vector<std::uint8_t> flashed = at_alias;
    ASSERT_EQ(flashed[52], 1);   // the first program header loads
    flashed[52 + 12 + 3] = 0x08; // p_paddr
    found = boot(flashed, chip);
    EXPECT_EQ(found.vector_table, 0x08000000u);
    EXPECT_EQ(found.first_pc, 8u);
}

TEST_F(BootTest, NeitherTableNorEntryIsAnError)
{
    EXPECT_THAT(complaint(assembled(".word 1, 2, 3\n", 0x20000000)),
        HasSubstr("expected a vector table or Thumb code at the entry point"));
    std::vector<std::uint8_t> elf = assembled(".word 1, 2, 3\n");
    elf[24] = 0x11, elf[25] = 0x22; // entry
    EXPECT_THAT(complaint(elf), HasSubstr("found neither: the entry point is 0x00002211"));
}

TEST_F(BootTest, InitializedDataIsLoadedWhereItIsFlashed)
{
    const char* source = "extern char _estack; void reset(void);\n"
                         "__attribute__((section(\".isr_vector\"))) void* const "
                         "vectors_at_start[2] = {&_estack, (void*)reset};\n"
                         "volatile int datum = 0x12345678; void reset(void) { for (;;) datum++; }";
    ElfImage image(
        support::compile(source, support::plain_linker_script(), support::cortex_m4_flags),
        "x.elf");
    mcu::ChipModel chip = mcu::load_chip("stm32l4r5");
    MemoryMap memory(chip);
    Boot found = load_image(memory, image, chip, "x.elf");
    EXPECT_EQ(found.vector_table, 0x08000000u);
    EXPECT_EQ(found.found_by, "section .isr_vector");
    EXPECT_EQ(found.stack_pointer, 0x20004000u);
    auto data = std::ranges::find(image.sections(), ".data", &Section::name);
    ASSERT_NE(data, image.sections().end());
    EXPECT_EQ(memory.read(data->address, 4), 0u); // start-up code copies it
    EXPECT_EQ(memory.read(data->load_address, 4), 0x12345678u);
}

TEST_F(BootTest, AnImageOutsideMemoryNamesItsSectionsAndAWayOut)
{
    EXPECT_EQ(complaint(assembled(".space 20", 0x60000000), "stm32l4r5"),
        "x.elf: 20 bytes to load at 0x60000000 (.text), where STM32L4R5ZI has no memory (--map "
        "extra=0x60000000:128K runs it as if there were)");
    EXPECT_EQ(complaint(assembled(".space 0x200064", 0x08000000), "stm32l4r5"),
        "x.elf: 2097252 bytes to load at 0x08000000 (.text) exceed flash by 100 bytes (--map "
        "flash=0x08000000:4096K runs it as if there were)");
    EXPECT_THAT(complaint(assembled(".space 20", 0x40000000), "stm32l4r5"),
        testing::Not(HasSubstr("--map")));
}

TEST_F(BootTest, DataThatIsOnlyClearedMustBeMemoryToo)
{
    const char* source = "extern char _estack; void reset(void);\n"
                         "__attribute__((section(\".isr_vector\"))) void* const "
                         "vectors_at_start[2] = {&_estack, (void*)reset};\n"
                         "char large[700000]; void reset(void) { for (;;) large[3]++; }";
    std::string script = support::plain_linker_script();
    script.replace(script.find("16K"), 3, "1024K");
    EXPECT_THAT(complaint(support::compile(source, script, support::cortex_m4_flags), "stm32l4r5"),
        HasSubstr("700000 bytes of data at 0x20000000 (.bss) exceed SRAM3 by 44640 bytes"));
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory_layout.h"
#include "tests/support/assembler.h"
#include "tests/support/c_program.h"
#include "tests/unit/sim/assembled_code.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;

constexpr const char* source = R"(
extern char _estack;
void reset(void);
__attribute__((section(".isr_vector"))) void* const vectors[2] = {&_estack, (void*)reset};
int counters[25];
int table[10] = {1, 2, 3};
const int constants[5] = {7, 8, 9};
__attribute__((section(".ramfunc"), noinline)) void in_ram(void) { counters[constants[counters[0]]] = table[counters[1]]; }
void reset(void) { in_ram(); for (;;) { } }
)";

class MemoryLayoutTest : public testing::Test {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    MemoryLayout layout(
        std::string_view code, const std::string& script = support::plain_linker_script())
    {
        ElfImage image(
            support::compile(code, script, std::string(support::cortex_m4_flags) + " -Os"),
            "x.elf");
        sections_ = image.sections();
        return layout_of(image, mcu::load_chip("stm32l4r5"));
    }
    std::uint64_t size_of(std::string_view name) const
    {
        for (const Section& section : sections_)
            if (section.name == name)
                return section.size;
        return 0;
    }

    std::vector<Section> sections_;
};

TEST_F(MemoryLayoutTest, CountsWhatIsTakenBeforeTheProgramRuns)
{
    MemoryLayout found = layout(source);
    EXPECT_EQ(size_of(".bss"), 100u);
    EXPECT_EQ(found.static_sram, size_of(".data") + 100);
    EXPECT_GT(size_of(".data"), 40u); // and the function that runs from SRAM
    EXPECT_EQ(found.reserved, 0x600u);
    EXPECT_EQ(found.flash_code + found.flash_constants,
        size_of(".isr_vector") + size_of(".text") + size_of(".rodata") + size_of(".data"));
    EXPECT_GE(found.flash_constants, size_of(".rodata"));
    EXPECT_GE(found.flash_code, size_of(".text"));
}

TEST_F(MemoryLayoutTest, KnowsWhereHeapAndStackMayGrow)
{
    MemoryLayout found = layout(source);
    EXPECT_EQ(found.stack_top, 0x20004000u);
    EXPECT_EQ(found.stack_limit, 0x20003c00u); // by _Min_Stack_Size
    EXPECT_EQ(found.heap_start, 0x20000000u + static_cast<std::uint32_t>(found.static_sram));
    EXPECT_EQ(found.heap_limit, std::nullopt);
}

TEST_F(MemoryLayoutTest, BoundsOutsideTheChipAreMissing)
{
    std::string script = support::plain_linker_script();
    script += "__StackTop = 0x50000000; __HeapLimit = 0x20002000; __HeapBase = 0x20001000; "
              "__StackBottom = 0x20003000; __StackLimit = 0x20000000;";
    MemoryLayout found = layout(source, script);
    EXPECT_EQ(found.stack_top, std::nullopt);
    EXPECT_EQ(found.heap_start, 0x20001000u); // before `end`
    EXPECT_EQ(found.heap_limit, 0x20002000u);
    EXPECT_EQ(found.stack_limit, 0x20003000u); // the Pico's __StackLimit means something else
}

} // namespace

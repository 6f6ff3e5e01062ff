// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/elf_file.h"

#include "base/file.h"
#include "base/input_error.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"

#include <gtest/gtest.h>

namespace firmware {
namespace {

constexpr std::string_view program = R"(
.syntax unified
.thumb
.section .text, "ax"
.global entry
.type entry, %function
.thumb_func
entry:
    bx lr
    nop
.size entry, . - entry
.bss
.global room
.type room, %object
room:
    .space 24
.size room, 24
)";

/// A program of one function and one array, or nothing if there is no cross compiler here.
std::optional<base::ByteVector> linked_program()
{
    auto compiler = find_program("arm-none-eabi-gcc");
    if (!compiler)
        return std::nullopt;
    TemporaryFolder folder;
    base::write_file(folder.path() / "program.S", program);
    ProcessResult result = run_process({*compiler,
        {"-mcpu=cortex-m3", "-mthumb", "-nostdlib",
            "-Wl,-Ttext=0x8000,-Tbss=0x20000000,--entry=entry", "program.S", "-o", "program.elf"},
        folder.path()});
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return base::read_bytes(folder.path() / "program.elf");
}

TEST(ElfFile, KnowsSymbolsAndSections)
{
    auto bytes = linked_program();
    if (!bytes)
        GTEST_SKIP() << "needs arm-none-eabi-gcc";
    ElfFile elf(*bytes, "program.elf");
    EXPECT_EQ(elf.find_symbol("entry"), (ElfSymbol {"entry", 0x8000, 4}));
    EXPECT_EQ(elf.find_symbol("room"), (ElfSymbol {"room", 0x20000000, 24}));
    EXPECT_FALSE(elf.find_symbol("elsewhere"));

    const ElfSection* text = elf.find_section(".text");
    ASSERT_TRUE(text);
    EXPECT_TRUE(text->in_memory && text->in_file && text->executable && !text->writable);
    const ElfSection* bss = elf.find_section(".bss");
    ASSERT_TRUE(bss);
    EXPECT_TRUE(bss->in_memory && !bss->in_file && bss->writable);
}

TEST(ElfFile, RefusesWhatIsCutOrDamaged)
{
    auto bytes = linked_program();
    if (!bytes)
        GTEST_SKIP() << "needs arm-none-eabi-gcc";
    for (std::size_t size = 0; size < bytes->size(); size += 97)
        EXPECT_THROW(ElfFile(std::span(*bytes).first(size), "cut"), base::InputError) << size;
    // Every damaged byte of the header either is noticed or harms nothing.
    for (std::size_t i = 0; i < 52; ++i) {
        base::ByteVector damaged = *bytes;
        damaged[i] ^= 0xff;
        try {
            ElfFile elf(damaged, "damaged");
        } catch (const base::InputError&) {
        }
    }
}

} // namespace
} // namespace firmware

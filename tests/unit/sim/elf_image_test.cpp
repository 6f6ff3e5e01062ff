// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/elf_image.h"
#include "tests/support/assembler.h"
#include "tests/support/c_program.h"
#include "tests/unit/sim/assembled_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace sim;
using testing::HasSubstr;

std::vector<std::uint8_t> sample()
{
    return support::assemble("vectors 0x20001000\n"
                             "function start\n nop\n bl callee\n exit 0\n endfunction start\n"
                             "function callee\n bx lr\n endfunction callee\n"
                             "function unsized\n bx lr\n"
                             "function last\n bx lr\n endfunction last\n"
                             ".global datum\n datum: .word 7\n",
        std::string(support::cortex_m4_flags) + " -g", 0x08000000);
}

class ElfImageTest : public testing::Test {
protected:
    void SetUp() override
    {
        SKIP_WITHOUT_ASSEMBLER();
        bytes_ = sample();
    }
    static std::string complaint(std::span<const std::uint8_t> bytes)
    {
        try {
            ElfImage image(bytes, "x.elf");
        } catch (const base::InputError& error) {
            return error.what();
        }
        return "";
    }
    /// Asks everything that an image can be asked.
    static void use(const ElfImage& image)
    {
        for (const FunctionSymbol& function : image.functions()) {
            image.function_at(function.address);
            image.line_at(function.address);
            image.inlines_at(function.address);
            image.bytes_at(function.address, function.size);
        }
        for (std::uint32_t address : {0u, 0x08000000u, 0x0800000au, 0xfffffffeu}) {
            image.function_at(address);
            image.line_at(address);
            image.bytes_at(address, 64);
        }
        image.find_function("start");
        image.symbol_address("datum");
    }

    std::vector<std::uint8_t> bytes_;
};

TEST_F(ElfImageTest, ReadsSegmentsAndSymbols)
{
    ElfImage image(bytes_, "x.elf");
    ASSERT_EQ(image.segments().size(), 1u);
    EXPECT_EQ(image.segments()[0].address, 0x08000000u);
    const FunctionSymbol* start = image.find_function("start");
    ASSERT_TRUE(start);
    EXPECT_EQ(start->address, 0x08000008u);
    EXPECT_EQ(image.function_at(0x0800000a), start);
    EXPECT_EQ(image.function_at(0x08000004), nullptr);
    EXPECT_EQ(image.function_at(0x08000008 + start->size - 2), start);
    EXPECT_EQ(image.function_at(0x08000008 + start->size)->name, "callee");
    EXPECT_TRUE(image.symbol_address("datum"));
    EXPECT_FALSE(image.symbol_address("dat"));
    EXPECT_EQ(image.find_function("nobody"), nullptr);
}

TEST_F(ElfImageTest, FunctionsWithoutASizeReachToTheNext)
{
    ElfImage image(bytes_, "x.elf");
    EXPECT_EQ(image.find_function("unsized")->size, 2u);
    for (std::size_t i = 0; i + 1 < image.functions().size(); ++i)
        EXPECT_LE(image.functions()[i].address + image.functions()[i].size,
            image.functions()[i + 1].address);
}

TEST_F(ElfImageTest, GivesCodeOnlyWhereItIsLoaded)
{
    ElfImage image(bytes_, "x.elf");
    EXPECT_EQ(image.bytes_at(0x08000000, 4).size(), 4u);
    EXPECT_TRUE(image.bytes_at(0x07fffffe, 4).empty());
    auto size = static_cast<std::uint32_t>(image.segments()[0].bytes.size());
    EXPECT_TRUE(image.bytes_at(0x08000000 + size - 2, 4).empty());
    EXPECT_TRUE(image.bytes_at(0x08000000, 0xffffffff).empty());
}

TEST_F(ElfImageTest, OnlyMangledNamesAreDemangled)
{
    ElfImage image(
        support::assemble("function f\n nop\n endfunction f\n"
                          "function _ZN3net5layerEi\n nop\n endfunction _ZN3net5layerEi\n",
            support::cortex_m4_flags, 0),
        "x.elf");
    EXPECT_EQ(image.functions().at(0).name, "f"); // not `float`
    EXPECT_EQ(image.functions().at(1).name, "net::layer(int)");
}

TEST_F(ElfImageTest, KnowsSourceLines)
{
    std::optional<SourceLine> line = ElfImage(bytes_, "x.elf").line_at(0x08000008);
    ASSERT_TRUE(line);
    EXPECT_THAT(line->file, HasSubstr("program.s"));
    EXPECT_GT(line->line, 0);
}

TEST_F(ElfImageTest, RefusesWhatIsNoArmExecutable)
{
    EXPECT_EQ(complaint({}), "x.elf: is empty; expected an ELF file");
    std::vector<std::uint8_t> text(100, 'x');
    EXPECT_EQ(complaint(text), "x.elf: expected an ELF file");
    std::vector<std::uint8_t> other = bytes_;
    other[18] = 62; // machine: x86-64
    EXPECT_EQ(complaint(other),
        "x.elf: expected a 32-bit little-endian Arm ELF file, found 32-bit little-endian, x86-64");
    other[4] = 2;    // class: 64 bits
    other[18] = 183; // machine: AArch64
    EXPECT_THAT(complaint(other), HasSubstr("found 64-bit little-endian, AArch64"));
    other = bytes_;
    other[5] = 2; // data: big-endian
    std::swap(other[16], other[17]);
    std::swap(other[18], other[19]);
    EXPECT_THAT(complaint(other), HasSubstr("found 32-bit big-endian, Arm"));
    other = bytes_;
    other[16] = 1; // type: relocatable
    EXPECT_THAT(complaint(other), HasSubstr("found an object file: link it first"));
    other[16] = 3;
    EXPECT_THAT(complaint(other), HasSubstr("expected an executable, found a shared object"));
    other = bytes_;
    other[44] = 0; // number of program headers
    EXPECT_THAT(complaint(other), HasSubstr("nothing to load"));
}

TEST_F(ElfImageTest, TruncatedFilesAreRefusedOrRead)
{
    std::size_t refused = 0, tried = 0;
    for (std::size_t size = 0; size < bytes_.size(); size += 7, ++tried) {
        std::span<const std::uint8_t> part = std::span(bytes_).first(size);
        try {
            ElfImage image(part, "x.elf");
            use(image);
        } catch (const base::InputError& error) {
            EXPECT_TRUE(std::string_view(error.what()).starts_with("x.elf: ")) << error.what();
            ++refused;
        }
    }
    EXPECT_EQ(refused, tried); // section headers are the last thing in the file
}

TEST_F(ElfImageTest, SegmentsThatOverlapAreBothNamed)
{
    const std::string flags = std::string(support::cortex_m4_flags) + " -Wl,--no-check-sections";
    std::string script
        = "PHDRS { one PT_LOAD; two PT_LOAD; }\nSECTIONS { .first 0x1000 : AT(0x1000) { LONG(1) "
          "LONG(2) } :one .second 0x20000000 : AT(0x1004) { LONG(3) } :two }";
    EXPECT_EQ(complaint(support::compile("int x;", script, flags)),
        "x.elf: expected segments that lie apart, found segment 0 (.first) at 0x00001000 to "
        "0x00001007 and segment 1 "
        "(.second) at 0x00001004 to 0x00001007");
}

TEST_F(ElfImageTest, FilesForOtherProcessorsAreRefused)
{
    auto compiled = [](const std::string& flags) {
        return support::compile(
            "void _start(void) { }", "SECTIONS { .text 0x1000 : { *(.text*) } }", flags);
    };
    EXPECT_EQ(complaint(compiled("-mcpu=cortex-m33 -mthumb")), "");
    EXPECT_THAT(complaint(compiled("-mcpu=cortex-a7")), HasSubstr("found code for a Cortex-A"));
    EXPECT_THAT(complaint(compiled("-mcpu=arm7tdmi")), HasSubstr("found Armv4T"));
    EXPECT_THAT(complaint(compiled("-mcpu=cortex-m55 -mthumb")),
        HasSubstr("Cortex-M55/M85 code cannot run"));
    EXPECT_THAT(complaint(compiled("-mcpu=cortex-a7 -mbig-endian")), HasSubstr("big-endian"));
}

TEST_F(ElfImageTest, WithoutSectionsSegmentsStandForThem)
{
    std::vector<std::uint8_t> stripped = bytes_;
    for (std::size_t at : {32, 33, 34, 35, 48, 49, 50, 51}) // section headers: offset, count, names
        stripped[at] = 0;
    ElfImage image(stripped, "x.elf");
    ASSERT_EQ(image.sections().size(), 1u);
    EXPECT_EQ(image.sections()[0].name, "segment 0");
    EXPECT_EQ(image.sections()[0].address, 0x08000000u);
    EXPECT_TRUE(image.functions().empty());
    image.add_functions({0x08000008});
    EXPECT_EQ(image.function_at(0x0800000a)->name, "function_0x08000008");
}

TEST_F(ElfImageTest, DamagedFilesAreRefusedOrRead)
{
    std::uint32_t random = 12345;
    auto next = [&](std::size_t below) {
        random = random * 1664525 + 1013904223;
        return (random >> 8) % below;
    };
    std::size_t read = 0;
    for (int turn = 0; turn < 1000; ++turn) {
        std::vector<std::uint8_t> damaged = bytes_;
        for (std::size_t flips = 1 + next(8); flips > 0; --flips) {
            // Half of the flips hit the headers at the start.
            std::size_t at = next(2) ? next(damaged.size()) : next(84);
            damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1u << next(8)));
        }
        try {
            ElfImage image(damaged, "x.elf");
            use(image);
            ++read;
        } catch (const base::InputError&) {
        }
    }
    EXPECT_GT(read, 100u); // most of a file is not structure
}

} // namespace

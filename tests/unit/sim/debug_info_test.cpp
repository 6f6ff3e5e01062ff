// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/elf_image.h"
#include "tests/support/assembler.h"
#include "tests/support/c_program.h"
#include "tests/unit/sim/assembled_code.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace sim;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* source = R"(
extern char _estack;
void reset(void);
__attribute__((section(".isr_vector"))) void* const vectors[2] = {&_estack, (void*)reset};
volatile int port;
static inline __attribute__((always_inline)) void inner(int x) { port = x; }
static inline __attribute__((always_inline)) void outer(int x) {
    inner(x + 1);
    port = x;
}
void plain(void) { port = 5; }
void reset(void) {
    outer(3);
    for (;;) { }
}
)"; // the first line is empty: port = x of inner is line 6

std::vector<std::uint8_t> program(const std::string& flags)
{
    return support::compile(source, support::plain_linker_script(),
        std::string(support::cortex_m4_flags) + " " + flags);
}

class DebugInfoTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }
};

INSTANTIATE_TEST_SUITE_P(Versions, DebugInfoTest,
    testing::Values("-gdwarf-3", "-gdwarf-4", "-gdwarf-5"),
    [](const auto& test) { return "dwarf" + std::string(test.param).substr(8); });

/// The addresses of the function's halfwords.
std::vector<std::uint32_t> addresses(const ElfImage& image, std::string_view function)
{
    const FunctionSymbol* symbol = image.find_function(function);
    std::vector<std::uint32_t> all;
    for (std::uint32_t at = symbol->address; at < symbol->address + symbol->size; at += 2)
        all.push_back(at);
    return all;
}

TEST_P(DebugInfoTest, TellsInlinedCallsInnermostFirst)
{
    ElfImage image(program(std::string("-O1 ") + GetParam()), "x.elf");
    bool nested = false, single = false;
    for (std::uint32_t at : addresses(image, "reset")) {
        std::vector<InlinedCall> chain = image.inlines_at(at);
        if (chain.size() == 2) {
            nested = true;
            EXPECT_EQ(chain[0].function, "inner");
            EXPECT_THAT(chain[0].call_file, EndsWith("program.c"));
            EXPECT_EQ(chain[0].call_line, 8);
            EXPECT_EQ(chain[1].function, "outer");
            EXPECT_EQ(chain[1].call_line, 13);
            EXPECT_EQ(image.line_at(at)->line, 6);
        }
        single |= chain.size() == 1 && chain[0].function == "outer" && image.line_at(at)->line == 9;
    }
    EXPECT_TRUE(nested);
    EXPECT_TRUE(single);
    for (std::uint32_t at : addresses(image, "plain"))
        EXPECT_THAT(image.inlines_at(at), IsEmpty());
    EXPECT_EQ(image.damage(), "");
}

TEST_P(DebugInfoTest, KnowsTheLinesOfAFunctionAndNoneOutside)
{
    ElfImage image(program(std::string("-O0 ") + GetParam()), "x.elf");
    for (std::uint32_t at : addresses(image, "plain")) {
        std::optional<SourceLine> line = image.line_at(at);
        ASSERT_TRUE(line);
        EXPECT_THAT(line->file, EndsWith("program.c"));
        EXPECT_EQ(line->line, 11);
    }
    EXPECT_FALSE(image.line_at(0x08000000));
    EXPECT_FALSE(image.line_at(0));
    EXPECT_FALSE(image.line_at(0xffffffff));
}

TEST_P(DebugInfoTest, WithoutDebugInformationThereIsNothingToTell)
{
    ElfImage image(program("-O1"), "x.elf");
    std::uint32_t reset = image.find_function("reset")->address;
    EXPECT_FALSE(image.line_at(reset));
    EXPECT_THAT(image.inlines_at(reset), IsEmpty());
    EXPECT_EQ(image.damage(), "");
}

TEST_P(DebugInfoTest, NoOtherFileIsOpened)
{
    // libdw would open both, whatever they are.
    const std::string linked = std::string(source)
        + "const char link[] __attribute__((section(\".gnu_debugaltlink\"))) = "
          "\"/dev/zero\\0id\";\n";
    ElfImage image(support::compile(linked, support::plain_linker_script(),
                       std::string(support::cortex_m4_flags) + " -O1 " + GetParam()),
        "x.elf");
    EXPECT_THAT(image.damage(), testing::HasSubstr("in another file"));

    ElfImage split(program(std::string("-O1 -gsplit-dwarf ") + GetParam()), "x.elf");
    std::uint32_t reset = split.find_function("reset")->address;
    EXPECT_TRUE(split.line_at(reset)); // lines stay in the image
    EXPECT_THAT(split.inlines_at(reset), IsEmpty());
}

/// Where the file keeps a section: offset and size.
std::pair<std::size_t, std::size_t> place_of(
    const std::vector<std::uint8_t>& elf, std::string_view name)
{
    Elf32_Ehdr header;
    std::memcpy(&header, elf.data(), sizeof header);
    auto section = [&](std::size_t index) {
        Elf32_Shdr found;
        std::memcpy(&found, elf.data() + header.e_shoff + index * header.e_shentsize, sizeof found);
        return found;
    };
    Elf32_Shdr names = section(header.e_shstrndx);
    for (std::size_t i = 0; i < header.e_shnum; ++i)
        if (name
            == reinterpret_cast<const char*>(elf.data() + names.sh_offset + section(i).sh_name))
            return {section(i).sh_offset, section(i).sh_size};
    return {};
}

TEST_P(DebugInfoTest, DamageLeavesTheSymbolsAlone)
{
    const std::vector<std::uint8_t> whole = program(std::string("-O1 ") + GetParam());
    int noticed = 0, tried = 0;
    for (const char* section : {".debug_info", ".debug_abbrev", ".debug_line", ".debug_str"}) {
        auto [offset, size] = place_of(whole, section);
        ASSERT_GT(size, 0u) << section;
        for (std::uint8_t pattern : {0x00, 0x55, 0xff})
            for (std::size_t from : {std::size_t {0}, size / 2}) {
                std::vector<std::uint8_t> damaged = whole;
                std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(offset + from),
                    damaged.begin() + static_cast<std::ptrdiff_t>(offset + size), pattern);
                ElfImage image(damaged, "x.elf");
                ASSERT_TRUE(image.find_function("reset"));
                for (std::uint32_t at : addresses(image, "reset")) {
                    image.line_at(at);
                    EXPECT_LE(image.inlines_at(at).size(), 64u);
                }
                ++tried;
                noticed += !image.damage().empty();
            }
    }
    EXPECT_GT(noticed, tried / 3);
}

TEST_P(DebugInfoTest, ReferencesInACircleEnd)
{
    // Each reference to an entry of the same unit (DW_AT_abstract_origin, DW_AT_type) is pointed at
    // each entry in turn.
    const std::vector<std::uint8_t> whole = program(std::string("-O1 ") + GetParam());
    auto [offset, size] = place_of(whole, ".debug_info");
    for (std::size_t at = offset; at + 4 <= offset + size; ++at) {
        std::uint32_t value = 0;
        std::memcpy(&value, whole.data() + at, 4);
        if (value == 0 || value >= size)
            continue;
        std::vector<std::uint8_t> damaged = whole;
        auto own = static_cast<std::uint32_t>(at - offset);
        for (std::uint32_t target = own >= 3 ? own - 3 : 0; target <= own;
             ++target) { // its own entry, or what is before
            std::memcpy(damaged.data() + at, &target, 4);
            ElfImage image(damaged, "x.elf");
            EXPECT_LE(image.inlines_at(image.find_function("reset")->address).size(), 64u);
        }
    }
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"
#include "tests/unit/mcu_models/complaint.h"
#include "tests/unit/mcu_models/example_chip.h"

#include <gtest/gtest.h>

namespace mcu {
namespace {

std::string complaint_about(const std::string& text)
{
    return complaint_of([&] { parse_chip(text, "chip.toml"); });
}

/// What the loader says when `from` of the example becomes `to`.
std::string complaint_with(std::string_view from, std::string_view to)
{
    return complaint_about(example_with(from, to));
}

TEST(ChipRules, AcceptTheExample) { EXPECT_EQ(complaint_about(example_chip), "(nothing)"); }

TEST(ChipRules, NameOfTheChip)
{
    EXPECT_EQ(complaint_with("\"example\"", "\"../Example\""),
        "chip.toml:1: a chip's name has lower-case letters, digits and '-' only, found "
        "'../Example'");
}

TEST(ChipRules, Core)
{
    std::string complaint = complaint_with("\"cortex-m4\"", "\"cortex-m4x\"");
    EXPECT_TRUE(
        complaint.starts_with("chip.toml:3: unknown core 'cortex-m4x'; did you mean cortex-m4"))
        << complaint;
    EXPECT_EQ(complaint_with("\"cortex-m4\"", "\"xtensa\""), "chip.toml:3: unknown core 'xtensa'");
}

TEST(ChipRules, Clocks)
{
    EXPECT_EQ(complaint_with("\"40 MHz\"", "\"90 MHz\""),
        "chip.toml:7: default clock 90 MHz is above the maximum of 80 MHz");
    EXPECT_EQ(
        complaint_with("\"40 MHz\"", "\"0 MHz\""), "chip.toml:8: a clock of 0 Hz gets nowhere");
}

TEST(ChipRules, WaitStates)
{
    EXPECT_EQ(complaint_with("\"60 MHz\"", "\"30 MHz\""),
        "chip.toml:15: clocks must rise: 30 MHz follows 30 MHz");
    EXPECT_EQ(complaint_with("wait_states = 1", "wait_states = 2"),
        "chip.toml:15: wait states must rise by 1: 2 follows 0");
    EXPECT_EQ(complaint_with("wait_states = 2", "wait_states = 0"),
        "chip.toml:16: wait states must rise by 1: 0 follows 1");
    EXPECT_EQ(complaint_with("up_to = \"80 MHz\"", "up_to = \"70 MHz\""),
        "chip.toml:13: wait states end at 70 MHz, the maximum clock is 80 MHz");
    EXPECT_EQ(complaint_with("fetch_line_bytes = 8\n", ""),
        "chip.toml:40: region 'flash' has wait states, so [region.timing] must say "
        "'fetch_line_bytes'");
    EXPECT_EQ(complaint_with("fetch_line_bytes = 8\n", "fetch_line_bytes = 12\n"),
        "chip.toml:41: 'fetch_line_bytes' must be a power of two, found 12");
}

TEST(ChipRules, WaitStatesOfOtherSupplies)
{
    const std::string end = "source = \"manual 2\"\ngrade = \"secondary\"\n";
    auto with_range = [&](const std::string& supply, const std::string& range) {
        std::string text = example_with(end, end + "[[flash_wait_states.range]]\n" + range);
        return complaint_about(
            text.replace(text.find("[flash_wait_states]\n"), 20, "[flash_wait_states]\n" + supply));
    };
    const std::string high = "supply = \"high\"\n", low = "supply = \"low\"\n",
                      from = "source = \"x\"\ngrade = \"estimate\"\n";
    const std::string steps = "steps = [{ up_to = \"10 MHz\", wait_states = 0 }, { up_to = \"20 "
                              "MHz\", wait_states = 1 }]\n";
    EXPECT_EQ(with_range(high, low + steps + from), "(nothing)");
    EXPECT_EQ(with_range("", low + steps + from),
        "chip.toml:20: further ranges need a 'supply' that says what [flash_wait_states] itself "
        "holds for");
    EXPECT_EQ(
        with_range(high, high + steps + from), "chip.toml:22: two ranges have the supply 'high'");
    EXPECT_EQ(with_range(high, low + from), "chip.toml:21: range 'low' needs 'steps'");
    EXPECT_EQ(with_range(high, steps + from),
        "chip.toml:21: [flash_wait_states.range] needs 'supply' (text)");
    EXPECT_EQ(with_range(high, low + steps),
        "chip.toml:21: [flash_wait_states.range] does not say where its numbers come from "
        "('source')");
    EXPECT_EQ(with_range(high,
                  low
                      + "steps = [{ up_to = \"10 MHz\", wait_states = 0 }, { up_to = \"20 MHz\", "
                        "wait_states = 2 }]\n"
                      + from),
        "chip.toml:23: wait states must rise by 1: 2 follows 0");
}

TEST(ChipRules, Bus)
{
    auto with_bus = [](const std::string& bus) {
        return complaint_with(
            "maximum = \"80 MHz\"\n", "maximum = \"80 MHz\"\nbus_maximum = \"" + bus + "\"\n");
    };
    EXPECT_EQ(with_bus("80 MHz"), "(nothing)");
    EXPECT_EQ(with_bus("40 MHz"), "(nothing)");
    EXPECT_EQ(with_bus("0 MHz"), "chip.toml:9: a bus of 0 Hz gets nowhere");
    EXPECT_EQ(with_bus("81 MHz"),
        "chip.toml:9: a bus of 81 MHz is never faster than the core, whose maximum is 80 MHz");
    EXPECT_EQ(with_bus("4 MHz"),
        "chip.toml:9: the core's maximum of 80 MHz must be at most 16 times the bus's, found 4 "
        "MHz");
}

TEST(ChipRules, WaitStatesOfARegion)
{
    auto with_steps = [](const std::string& steps) {
        return complaint_with("load_chain_wait = 1\n", "steps = [" + steps + "]\n");
    };
    EXPECT_EQ(
        with_steps(
            "{ up_to = \"40 MHz\", wait_states = 0 }, { up_to = \"80 MHz\", wait_states = 1 }"),
        "(nothing)");
    EXPECT_EQ(
        with_steps(
            "{ up_to = \"40 MHz\", wait_states = 0 }, { up_to = \"80 MHz\", wait_states = 2 }"),
        "chip.toml:67: wait states must rise by 1: 2 follows 0");
    EXPECT_EQ(with_steps("{ up_to = \"40 MHz\", wait_states = 0 }"),
        "chip.toml:67: wait states end at 40 MHz, the maximum clock is 80 MHz");
}

TEST(ChipRules, Waits)
{
    EXPECT_EQ(complaint_with("read_wait = 5", "read_wait = 100001"),
        "chip.toml:42: 'read_wait' must be at most 100000, found 100001");
    EXPECT_EQ(complaint_with("write_wait = 6", "write_wait = 4294967295"),
        "chip.toml:43: 'write_wait' must be at most 100000, found 4294967295");
    EXPECT_EQ(complaint_with("write_wait = 6", "fetch_wait = 100001"),
        "chip.toml:43: 'fetch_wait' must be at most 100000, found 100001");
    EXPECT_EQ(complaint_with("load_chain_wait = 1", "load_chain_wait = 256"),
        "chip.toml:67: 'load_chain_wait' must be at most 255, found 256");
}

TEST(ChipRules, Mirrors)
{
    auto mirror = [](const std::string& of, const std::string& size) {
        return complaint_with("[placement]",
            "[[region]]\nname = \"other\"\nkind = \"flash\"\nstart = 0x0020_0000\nsize = \"" + size
                + "\"\nmirror_of = \"" + of
                + "\"\nsource = \"x\"\ngrade = \"estimate\"\n[region.timing]\nfetch_line_bytes = "
                  "8\nsource = \"x\"\ngrade = \"estimate\"\n[placement]");
    };
    EXPECT_EQ(mirror("flash", "1 MiB"), "(nothing)");
    EXPECT_EQ(mirror("flash", "2 MiB"),
        "chip.toml:75: a mirror has the size of what it mirrors: flash has 1 MiB");
    EXPECT_EQ(mirror("flush", "1 MiB"),
        "chip.toml:76: 'mirror_of' must name a region that is no mirror itself, found 'flush'");
    EXPECT_EQ(mirror("other", "1 MiB"),
        "chip.toml:76: 'mirror_of' must name a region that is no mirror itself, found 'other'");
}

TEST(ChipRules, HostileText)
{
    EXPECT_EQ(complaint_about(""), "chip.toml:1: the file needs 'name' (text)");
    for (const std::string& text : {std::string("\0\0\0", 3), std::string("[[[[[[[[["),
             std::string(100'000, '['), std::string("a = ") + std::string(100'000, '['),
             std::string("name = \"\xff\xfe\""), std::string("x = 99999999999999999999999")})
        EXPECT_TRUE(complaint_about(text).starts_with("chip.toml:1: ")) << complaint_about(text);
    EXPECT_EQ(complaint_with("size = \"1 MiB\"", "size = \"99999999999999999 MiB\"").substr(0, 13),
        "chip.toml:34:");
    EXPECT_EQ(complaint_with("size = \"1 MiB\"", "size = \"4096 MiB\""),
        "chip.toml:34: 'size' must be from 1 B to 4 GiB - 1, found 4294967296 B");
    EXPECT_EQ(complaint_with("lines = 64", "lines = 4294967296").substr(0, 13), "chip.toml:24:");
}

TEST(ChipRules, Caches)
{
    EXPECT_EQ(complaint_with("line_bytes = 32", "line_bytes = 24"),
        "chip.toml:23: 'line_bytes' must be a power of two, found 24");
    EXPECT_EQ(complaint_with("line_bytes = 32", "line_bytes = 0"),
        "chip.toml:23: 'line_bytes' must be a power of two, found 0");
    EXPECT_EQ(complaint_with("lines = 64", "lines = 48"),
        "chip.toml:24: lines / ways must be a power of two, found 48 / 2");
    EXPECT_EQ(complaint_with("lines = 64", "lines = 0"),
        "chip.toml:25: 0 lines cannot be shared by 2 ways");
    EXPECT_EQ(complaint_with("ways = 2", "ways = 0"),
        "chip.toml:25: 64 lines cannot be shared by 0 ways");
    EXPECT_EQ(complaint_with("ways = 2", "ways = 3"),
        "chip.toml:25: 64 lines cannot be shared by 3 ways");
    EXPECT_EQ(complaint_with("fill_bytes = 8", "fill_bytes = 64"),
        "chip.toml:26: a fill of 64 bytes is larger than the line of 32");
    EXPECT_EQ(complaint_with("fill_bytes = 8", "fill_bytes = 3"),
        "chip.toml:26: 'fill_bytes' must be a power of two, found 3");
    EXPECT_EQ(complaint_with("data_cache = \"lines\"", "data_cache = \"line\""),
        "chip.toml:36: no [[cache]] has the name 'line'");
    std::string one_more = R"([[cache]]
name = "lines"
line_bytes = 32
lines = 1
ways = 1
source = "x"
grade = "estimate"

[[region]])";
    EXPECT_EQ(
        complaint_with("[[region]]", one_more), "chip.toml:31: two caches have the name 'lines'");
    one_more.replace(one_more.find("\"lines\""), 7, "\"other\"");
    EXPECT_EQ(
        complaint_with("[[region]]", one_more), "chip.toml:31: no region uses the cache 'other'");
}

TEST(ChipRules, Regions)
{
    EXPECT_EQ(complaint_with("kind = \"sram\"", "kind = \"ram\""),
        "chip.toml:50: unknown kind of region 'ram'; there are flash, sram, tcm, peripheral, "
        "external");
    EXPECT_EQ(complaint_with("size = \"96 KiB\"", "size = \"0 KiB\""),
        "chip.toml:52: 'size' must be from 1 B to 4 GiB - 1, found 0 B");
    EXPECT_EQ(complaint_with("start = 0x2000_0000", "start = 0xffff_0000"),
        "chip.toml:52: region 'SRAM1' ends beyond the 32-bit address space");
    EXPECT_EQ(complaint_with("start = 0x1000_0000", "start = 0x080f_ffff"),
        "chip.toml:57: regions 'flash' and 'SRAM2' overlap");
    EXPECT_EQ(complaint_with("alias = 0x2001_8000", "alias = 0x2001_7fff"),
        "chip.toml:57: regions 'SRAM1' and 'SRAM2' overlap");
    EXPECT_EQ(complaint_with("\"SRAM2\"", "\"SRAM1\""),
        "chip.toml:58: two regions have the name 'SRAM1'");
    EXPECT_EQ(complaint_with("\"SRAM2\"", "\"a+b\""),
        "chip.toml:58: '+' joins regions in [placement]; 'a+b' cannot be a name");
    EXPECT_EQ(complaint_with("start = 0x1000_0000", "start = -1"),
        "chip.toml:60: 'start' must be a whole number from 0 to 4294967295, found -1");
}

TEST(ChipRules, EveryTableSaysWhereItsNumbersComeFrom)
{
    for (auto [line, expected] : std::initializer_list<std::pair<std::string, std::string>> {
             {"source = \"manual 1\"\n", "chip.toml:6: [clock]"},
             {"source = \"manual 2\"\n", "chip.toml:12: [flash_wait_states]"},
             {"source = \"manual 3\"\n", "chip.toml:21: [cache]"},
             {"source = \"manual 4\"\n", "chip.toml:30: [region]"},
             {"source = \"manual 5\"\n", "chip.toml:40: [region.timing]"},
             {"source = \"manual 7\"\n", "chip.toml:57: [region]"},
             {"source = \"manual 8\"\n", "chip.toml:66: [region.timing]"},
         })
        EXPECT_EQ(complaint_with(line, ""),
            expected + " does not say where its numbers come from ('source')");
    EXPECT_EQ(complaint_with("source = \"a comparison\"\n", ""),
        "chip.toml:77: [error] needs 'source' (text)");
}

TEST(ChipRules, Placement)
{
    EXPECT_EQ(complaint_with("code = \"flash\"", "code = \"rom\""),
        "chip.toml:72: 'code' names no region of this chip: 'rom'");
    EXPECT_EQ(complaint_with("weights = \"flash\"", "weights = \"rom\""),
        "chip.toml:73: 'weights' names no region of this chip: 'rom'");
    EXPECT_EQ(complaint_with("\"SRAM1+SRAM2\"", "\"SRAM2+SRAM1\""),
        "chip.toml:74: 'arena' must name a region, or regions that touch joined by '+', found "
        "'SRAM2+SRAM1'");
    EXPECT_EQ(complaint_with("\"SRAM1+SRAM2\"", "\"SRAM1+\""),
        "chip.toml:74: 'arena' must name a region, or regions that touch joined by '+', found "
        "'SRAM1+'");
    EXPECT_EQ(complaint_with("stack = [\"SRAM2\"]", "stack = [\"SRAM3\"]"),
        "chip.toml:75: 'stack' must name a region, or regions that touch joined by '+', found "
        "'SRAM3'");
    EXPECT_EQ(complaint_with("code = \"flash\"", "code = \"SRAM1\""),
        "chip.toml:72: region 'SRAM1' is not executable");
}

TEST(ChipRules, UnknownKeysAnywhere)
{
    EXPECT_EQ(complaint_with("accelerator", "acelerator"),
        "chip.toml:4: unknown key 'acelerator' in the file; did you mean accelerator?");
    EXPECT_EQ(complaint_with("executable", "executible"),
        "chip.toml:53: unknown key 'executible' in [region]; did you mean executable?");
    EXPECT_EQ(complaint_with("write_wait", "wait_write"),
        "chip.toml:43: unknown key 'wait_write' in [region.timing]");
    EXPECT_EQ(
        complaint_with("fill_bytes", "fills"), "chip.toml:26: unknown key 'fills' in [cache]");
    EXPECT_EQ(complaint_with("stack =", "heap = 1\nstack ="),
        "chip.toml:75: unknown key 'heap' in [placement]");
}

TEST(ChipRules, AChipNeedsARegion)
{
    std::string text = example_chip;
    text.erase(text.find("[[cache]]"), text.find("[placement]") - text.find("[[cache]]"));
    EXPECT_EQ(complaint_about(text), "chip.toml:1: a chip needs at least one [[region]]");
}

} // namespace
} // namespace mcu

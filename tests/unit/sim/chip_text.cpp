// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/sim/chip_text.h"

#include <fmt/format.h>

namespace sim_tests {
namespace {

constexpr const char* provenance = "source = \"made up for a test\"\ngrade = \"estimate\"\n";

} // namespace

mcu::ChipModel chip_of(const ChipShape& shape)
{
    std::string text = fmt::format("name = \"test\"\ntitle = \"Test\"\ncore = \"{}\"\n"
                                   "[clock]\nmaximum = \"100 MHz\"\n{}",
        shape.core, provenance);
    if (shape.wait_states)
        text += fmt::format(
            "[flash_wait_states]\nsteps = [{{ up_to = \"100 MHz\", wait_states = {} }}]\n{}",
            shape.wait_states, provenance);
    text += shape.caches;
    text += fmt::format(
        "[[region]]\nname = \"flash\"\nkind = \"flash\"\nstart = 0\nsize = \"1 MiB\"\n{}{}",
        shape.flash_caches, provenance);
    if (shape.wait_states)
        text += fmt::format("[region.timing]\nfetch_line_bytes = {}\nprefetch = {}\n{}",
            shape.fetch_line_bytes, shape.prefetch, provenance);
    text += fmt::format(
        "[[region]]\nname = \"SRAM\"\nkind = \"sram\"\nstart = 0x20000000\nsize = \"{} KiB\"\n{}",
        shape.first_sram_kib, provenance);
    if (shape.first_sram_kib < 128)
        text += fmt::format("[[region]]\nname = \"SRAM2\"\nkind = \"sram\"\nstart = {:#x}\nsize = \"{} KiB\"\n{}"
                            "[region.timing]\nread_wait = {}\nwrite_wait = {}\n{}",
            0x20000000 + shape.first_sram_kib * 1024, 128 - shape.first_sram_kib, provenance, shape.slow_read_wait, shape.slow_write_wait, provenance);
    text += fmt::format("[[region]]\nname = \"slow\"\nkind = \"external\"\nstart = "
                        "0x30000000\nsize = \"128 KiB\"\n{}{}",
        shape.slow_caches, provenance);
    if (shape.slow_read_wait || shape.slow_write_wait)
        text += fmt::format("[region.timing]\nread_wait = {}\nwrite_wait = {}\n{}",
            shape.slow_read_wait, shape.slow_write_wait, provenance);
    text += "[placement]\ncode = \"flash\"\nweights = \"flash\"\narena = [\"SRAM\"]\nstack = "
            "[\"SRAM\"]\n";
    text += shape.devices;
    text += "[error]\nlow = 0\nhigh = 0\nsource = \"made up for a test\"\n";
    return mcu::parse_chip(text, "test.toml");
}

std::string cache_table(const std::string& name, unsigned line_bytes, unsigned lines, unsigned ways,
    unsigned fill_bytes)
{
    std::string fill = fill_bytes ? fmt::format("fill_bytes = {}\n", fill_bytes) : "";
    return fmt::format("[[cache]]\nname = \"{}\"\nline_bytes = {}\nlines = {}\nways = {}\n{}{}",
        name, line_bytes, lines, ways, fill, provenance);
}

} // namespace sim_tests

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/sim/assembled_code.h"

#include "sim/decode/decoder.h"
#include "sim/elf_image.h"
#include "tests/support/assembler.h"

#include <fmt/format.h>

namespace sim_tests {
namespace {

std::string name_of_register(unsigned r)
{
    if (r == sim::sp)
        return "sp";
    if (r == sim::lr)
        return "lr";
    if (r == sim::pc)
        return "pc";
    return r < 16 ? fmt::format("r{}", r) : fmt::format("s{}", r - 16);
}

} // namespace

std::vector<std::uint8_t> machine_code(std::string_view source, const std::string& flags)
{
    sim::ElfImage image(
        support::assemble(source, flags.empty() ? support::cortex_m4_flags : flags, 0), "test");
    return image.segments().at(0).bytes;
}

std::vector<sim::Instruction> instructions(std::string_view source, const std::string& flags)
{
    return sim::Decoder().decode(machine_code(source, flags), 0);
}

std::string text_of(sim::RegisterSet registers)
{
    std::string text;
    for (unsigned r = 0; r < 48; ++r)
        if (registers >> r & 1)
            text += fmt::format("{}{}", text.empty() ? "" : " ", name_of_register(r));
    return text;
}

std::string text_of(const sim::Access& access)
{
    if (access.kind == sim::Access::Kind::none)
        return "none";
    std::string text = fmt::format("{} {} x {} at {}",
        access.kind == sim::Access::Kind::load ? "load" : "store", access.count, access.bytes,
        access.base == sim::pc ? fmt::format("literal {:#x}", access.literal_base)
                               : name_of_register(access.base));
    if (access.index != sim::no_register)
        text += fmt::format(" + {} << {}", name_of_register(access.index), access.shift);
    if (access.displacement)
        text += fmt::format(" {} {}", access.displacement < 0 ? '-' : '+',
            access.displacement < 0 ? -access.displacement : access.displacement);
    if (access.write_back)
        text += fmt::format(", base += {}", access.write_back_amount);
    if (access.sign_extend)
        text += ", signed";
    return text;
}

} // namespace sim_tests

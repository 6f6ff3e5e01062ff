// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/elf_header.h"

#include "base/input_error.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace sim {
namespace {

/// Machines and kinds of file by their number in the header (System V ABI), as people call them.
struct Named {
    unsigned number;
    std::string_view name;
};
constexpr Named machines[] = {{EM_NONE, "no machine"}, {EM_SPARC, "SPARC"}, {EM_386, "x86"},
    {EM_68K, "Motorola 68000"}, {EM_MIPS, "MIPS"}, {EM_PPC, "PowerPC"},
    {EM_PPC64, "64-bit PowerPC"}, {EM_ARM, "Arm"}, {EM_SH, "SuperH"}, {EM_X86_64, "x86-64"},
    {EM_AVR, "AVR"}, {EM_MSP430, "MSP430"}, {EM_XTENSA, "Xtensa"}, {EM_AARCH64, "AArch64"},
    {EM_RISCV, "RISC-V"}, {EM_ARC_COMPACT, "ARC"}};
constexpr Named kinds[] = {{ET_REL, "an object file: link it first"},
    {ET_DYN, "a shared object or a position-independent executable"}, {ET_CORE, "a core dump"}};

std::string name_of(std::span<const Named> table, unsigned number, std::string_view what)
{
    auto found = std::ranges::find(table, number, &Named::number);
    return found == table.end() ? fmt::format("{} {}", what, number) : std::string(found->name);
}

} // namespace

void check_elf_header(std::span<const std::uint8_t> bytes, const std::string& where)
{
    if (bytes.empty())
        throw base::InputError(where, "is empty; expected an ELF file");
    if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
        throw base::InputError(where, "expected an ELF file");
    auto cut_short = [&](std::size_t needed) {
        if (bytes.size() < needed)
            throw base::InputError(where,
                fmt::format("is cut short: its header needs {} bytes, the file has {}", needed,
                    bytes.size()));
    };
    cut_short(EI_NIDENT + 4);
    bool wide = bytes[EI_CLASS] == ELFCLASS64, big_endian = bytes[EI_DATA] == ELFDATA2MSB;
    auto half = [&](std::size_t at) {
        return big_endian ? bytes[at] << 8 | bytes[at + 1] : bytes[at + 1] << 8 | bytes[at];
    };
    auto kind = static_cast<unsigned>(half(EI_NIDENT)),
         machine = static_cast<unsigned>(half(EI_NIDENT + 2));
    if (wide || big_endian || machine != EM_ARM || bytes[EI_CLASS] != ELFCLASS32
        || bytes[EI_DATA] != ELFDATA2LSB)
        throw base::InputError(where,
            fmt::format("expected a 32-bit little-endian Arm ELF file, found {}-bit {}-endian, {}",
                wide ? 64 : 32, big_endian ? "big" : "little",
                name_of(machines, machine, "machine")));
    if (kind != ET_EXEC)
        throw base::InputError(
            where, "expected an executable, found " + name_of(kinds, kind, "a file of type"));
    cut_short(sizeof(Elf32_Ehdr));
}

} // namespace sim

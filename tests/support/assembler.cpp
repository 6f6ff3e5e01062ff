// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/support/assembler.h"

#include "base/file.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace support {
namespace {

constexpr const char* macros = R"(
    .syntax unified
    .thumb
    .macro function name
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endm
    .macro endfunction name
    .size \name, . - \name
    .endm
    .macro vectors stack_top
    .word \stack_top, start
    .endm
    .macro exit code
    movs r2, #\code
    ldr r1, =0x20026
    push {r1, r2}
    mov r1, sp
    movs r0, #0x20
    bkpt 0xab
    .pool
    .endm
    .text
)";

} // namespace

bool has_cross_assembler()
{
    static const bool found = std::system("arm-none-eabi-gcc --version > /dev/null 2>&1") == 0;
    return found;
}

std::vector<std::uint8_t> assemble(
    std::string_view source, const std::string& compiler_flags, std::uint32_t address)
{
    TemporaryFolder folder;
    base::write_file(folder / "program.s", macros + std::string(source) + "\n");
    base::write_file(folder / "program.ld",
        fmt::format("SECTIONS {{ .text {:#x} : {{ *(.text*) *(.data*) }} /DISCARD/ : {{ "
                    "*(.ARM.attributes) }} }}\n",
            address));
    // -n: no ELF headers among the loaded bytes.
    std::string command = fmt::format("cd '{}' && arm-none-eabi-gcc {} -nostdlib -Wl,-n "
                                      "-Wl,--build-id=none -T program.ld program.s -o program.elf "
                                      "> log 2>&1",
        folder.path().string(), compiler_flags);
    if (std::system(command.c_str()) != 0)
        throw std::runtime_error(
            base::read_text(folder / "log") + "\nin the source:\n" + std::string(source));
    return base::read_bytes(folder / "program.elf");
}

} // namespace support

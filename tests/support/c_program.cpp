// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/support/c_program.h"

#include "base/file.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace support {

std::vector<std::uint8_t> compile(std::string_view source, std::string_view linker_script,
    const std::string& flags, const std::string& suffix)
{
    TemporaryFolder folder;
    base::write_file(folder / ("program." + suffix), source);
    base::write_file(folder / "program.ld", linker_script);
    std::string command
        = fmt::format("cd '{}' && arm-none-eabi-gcc {} -nostdlib -Wl,-n -Wl,--build-id=none "
                      "-T program.ld program.{} -o program.elf > log 2>&1",
            folder.path().string(), flags, suffix);
    if (std::system(command.c_str()) != 0)
        throw std::runtime_error(base::read_text(folder / "log"));
    return base::read_bytes(folder / "program.elf");
}

std::string plain_linker_script(std::uint32_t flash)
{
    return fmt::format(R"(
MEMORY
{{
    FLASH (rx) : ORIGIN = {:#x}, LENGTH = 64K
    RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 16K
}}
_estack = ORIGIN(RAM) + LENGTH(RAM);
_Min_Stack_Size = 0x400;
ENTRY(reset)
SECTIONS
{{
    .isr_vector : {{ KEEP(*(.isr_vector)) }} > FLASH
    .text : {{ *(.text*) }} > FLASH
    .rodata : {{ *(.rodata*) }} > FLASH
    .data : {{ *(.data*) *(.ramfunc*) }} > RAM AT > FLASH
    .bss (NOLOAD) : {{ *(.bss*) *(COMMON) }} > RAM
    ._user_heap_stack (NOLOAD) :
    {{
        end = .;
        . += 0x200 + _Min_Stack_Size;
    }} > RAM
}}
)",
        flash);
}

} // namespace support

// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bare_unicorn.h"

#include "base/check.h"
#include "base/input_error.h"

#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include <cstring>
#include <memory>
#include <optional>

namespace bench {
namespace {

constexpr std::uint32_t page = 4096, system_control_space = 0xe0000000,
                        system_control_size = 0x00100000;
constexpr std::uint32_t exit_extended = 0x20, interrupt_bkpt = 7;

void succeed(uc_err error) { CHECK(error == UC_ERR_OK); }

struct CloseEmulator {
    void operator()(uc_engine* emulator) const { uc_close(emulator); }
};
using Emulator = std::unique_ptr<uc_engine, CloseEmulator>;

bool trapped = false;

void on_trap(uc_engine* emulator, std::uint32_t number, void*) noexcept
{
    trapped = number == interrupt_bkpt;
    uc_emu_stop(emulator);
}

void on_block(uc_engine*, std::uint64_t, std::uint32_t, void*) noexcept { }

Emulator open_cortex_m4()
{
    uc_engine* opened = nullptr;
    succeed(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &opened));
    Emulator emulator(opened);
    succeed(uc_ctl_set_cpu_model(opened, UC_CPU_ARM_CORTEX_M4));
    return emulator;
}

void map_memory(uc_engine* emulator, const mcu::ChipModel& chip)
{
    for (const mcu::Region& region : chip.regions) {
        if (region.kind == mcu::RegionKind::peripheral)
            continue;
        std::size_t size = (region.size + page - 1) / page * page;
        void* bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); // until the process ends
        CHECK(bytes != MAP_FAILED);
        succeed(uc_mem_map_ptr(emulator, region.start, size, UC_PROT_ALL, bytes));
        if (region.alias)
            succeed(uc_mem_map_ptr(emulator, *region.alias, size, UC_PROT_ALL, bytes));
    }
    succeed(uc_mem_map(
        emulator, system_control_space, system_control_size, UC_PROT_READ | UC_PROT_WRITE));
}

std::uint32_t word_at(uc_engine* emulator, std::uint32_t address)
{
    std::uint32_t word = 0;
    succeed(uc_mem_read(emulator, address, &word, sizeof word));
    return word;
}

std::uint32_t read_register(uc_engine* emulator, int number)
{
    std::uint32_t value = 0;
    succeed(uc_reg_read(emulator, number, &value));
    return value;
}

/// The exit code if the firmware asked to exit; every other semihosting call is answered with 0.
std::optional<int> answer_semihosting(uc_engine* emulator)
{
    if (read_register(emulator, UC_ARM_REG_R0) == exit_extended)
        return static_cast<int>(word_at(emulator, read_register(emulator, UC_ARM_REG_R1) + 4));
    std::uint32_t zero = 0;
    succeed(uc_reg_write(emulator, UC_ARM_REG_R0, &zero));
    return std::nullopt;
}

} // namespace

int run_bare(const mcu::ChipModel& chip, const sim::ElfImage& image, Hooks hooks)
{
    if (chip.core.emulator_model != "m4")
        throw base::InputError(chip.name, "expected a chip with a Cortex-M4");
    Emulator emulator = open_cortex_m4();
    map_memory(emulator.get(), chip);
    for (const sim::Segment& segment : image.segments())
        succeed(uc_mem_write(
            emulator.get(), segment.address, segment.bytes.data(), segment.bytes.size()));

    uc_hook handle;
    succeed(uc_hook_add(
        emulator.get(), &handle, UC_HOOK_INTR, reinterpret_cast<void*>(on_trap), nullptr, 1, 0));
    if (hooks == Hooks::blocks)
        succeed(uc_hook_add(emulator.get(), &handle, UC_HOOK_BLOCK,
            reinterpret_cast<void*>(on_block), nullptr, 1, 0));

    std::optional<std::uint32_t> vectors = image.symbol_address("mcuprof_vectors");
    if (!vectors)
        throw base::InputError("firmware", "expected the symbol mcuprof_vectors");
    std::uint32_t stack = word_at(emulator.get(), *vectors),
                  next = word_at(emulator.get(), *vectors + 4);
    succeed(uc_reg_write(emulator.get(), UC_ARM_REG_SP, &stack));
    for (;;) {
        trapped = false;
        uc_err error = uc_emu_start(emulator.get(), next | 1, ~std::uint64_t {0}, 0, 0);
        if (error != UC_ERR_OK || !trapped)
            throw base::InputError("bare Unicorn", uc_strerror(error));
        if (std::optional<int> exit_code = answer_semihosting(emulator.get()))
            return *exit_code;
        next = read_register(emulator.get(), UC_ARM_REG_PC) + 2;
    }
}

} // namespace bench

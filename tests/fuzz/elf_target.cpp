// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fuzz/elf_target.h"

#include "base/check.h"
#include "base/input_error.h"
#include "sim/boot.h"
#include "sim/memory_layout.h"

#include <string_view>

namespace {

constexpr std::uint32_t most_addresses = 64; // asked about in each function

void check_functions(const sim::ElfImage& image)
{
    std::uint64_t end = 0;
    for (const sim::FunctionSymbol& function : image.functions()) {
        CHECK(function.address >= end);
        CHECK(!function.name.empty());
        end = std::uint64_t {function.address} + function.size;
        CHECK(image.function_at(function.address) == &function);
        image.bytes_at(function.address, function.size);
        for (std::uint32_t i = 0; i < most_addresses && 2 * i < function.size; ++i) {
            image.line_at(function.address + 2 * i);
            CHECK(image.inlines_at(function.address + 2 * i).size() <= 64);
        }
    }
    for (std::uint32_t address : {0U, 1U, 0x08000000U, 0x7fffffffU, 0xffffffffU}) {
        image.function_at(address);
        image.line_at(address);
        image.inlines_at(address);
        image.bytes_at(address, 0xffffffff);
    }
}

void check_layout(const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    const sim::MemoryLayout layout = sim::layout_of(image, chip);
    CHECK(!layout.heap_start || !layout.heap_limit || *layout.heap_start <= *layout.heap_limit);
    CHECK(!layout.stack_limit || !layout.stack_top || *layout.stack_limit <= *layout.stack_top);
}

void check_boot(const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    sim::MemoryMap memory(chip);
    try {
        const sim::Boot boot = sim::load_image(memory, image, chip, "fuzz.elf");
        CHECK(boot.first_pc % 2 == 0);
        CHECK(memory.view_at(boot.first_pc, 2) != nullptr);
    } catch (const base::InputError& error) {
        CHECK(std::string_view(error.what()).starts_with("fuzz.elf: "));
    }
}

} // namespace

bool read_hostile_elf(std::span<const std::uint8_t> bytes)
{
    static const mcu::ChipModel chip = mcu::load_chip("stm32l4r5");
    try {
        sim::ElfImage image(bytes, "fuzz.elf");
        check_functions(image);
        check_layout(image, chip);
        check_boot(image, chip);
        CHECK(sim::beyond_core(image.attributes(), chip.core).size() <= 3);
        image.add_functions({0x08000000, 0x08000010, image.entry_point(), 0xfffffffe});
        check_functions(image);
        return true;
    } catch (const base::InputError& error) {
        CHECK(std::string_view(error.what()).starts_with("fuzz.elf: "));
        return false;
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mcu {
namespace {

constexpr base::Hertz mega = base::Hertz(1'000'000);

TEST(ShippedChips, AcceptsEveryChipWeShip)
{
    EXPECT_EQ(chip_names(),
        (std::vector<std::string> {"efr32mg24", "generic-m0plus", "generic-m3", "generic-m33",
            "generic-m4", "generic-m7", "nrf52840", "nrf5340", "psoc62", "ra6m4", "rp2040",
            "rp2350", "stm32f412", "stm32f446", "stm32f746", "stm32f767", "stm32g0b1", "stm32h743",
            "stm32h7a3", "stm32l4r5", "stm32u575"}));
    for (const std::string& name : chip_names())
        EXPECT_EQ(complaint_of([&] { EXPECT_EQ(load_chip(name).name, name); }), "(nothing)");
}

TEST(ShippedChips, HaveASourceForEveryFigure)
{
    for (const std::string& name : chip_names()) {
        ChipModel chip = load_chip(name);
        std::vector<SourceLine> lines = sources(chip);
        // Clock, error and one line a region at the least, then the core's error, classes and
        // rules.
        EXPECT_GE(lines.size(),
            2 + chip.regions.size() + 1 + chip.core.rows.size() + chip.core.rules.size())
            << name;
        for (const SourceLine& line : lines) {
            EXPECT_FALSE(line.source.empty()) << name << ": " << line.figure;
            EXPECT_FALSE(line.value.empty()) << name << ": " << line.figure;
        }
    }
}

TEST(ShippedChips, GradeWhatIsRememberedOrAssumedAsAnEstimate)
{
    for (const std::string& name : chip_names())
        for (const SourceLine& line : sources(load_chip(name)))
            for (std::string_view sign : {"from memory", "assumed", "our estimate", "unverified"})
                if (line.source.contains(sign)) {
                    EXPECT_EQ(line.grade, Grade::estimate)
                        << name << ": " << line.figure << ": " << line.source;
                }
}

struct Figures {
    const char* chip;
    const char* core;
    unsigned megahertz, wait_states, flash_kib;
    const char* first_sram; // of the arena
    unsigned arena_kib;     // the most it can have
};

/// Core, default clock, wait states there, flash, and SRAM in one piece: of data sheets and
/// reference manuals.
constexpr Figures manuals[] = {
    {"efr32mg24", "cortex-m33", 78, 1, 1536, "RAM", 256},
    {"nrf52840", "cortex-m4", 64, 2, 1024, "RAM", 256},
    {"nrf5340", "cortex-m33", 128, 5, 1024, "RAM", 512},
    {"psoc62", "cortex-m4", 150, 4, 2048, "SRAM", 1024},
    {"ra6m4", "cortex-m33", 200, 3, 1024, "SRAM0", 256},
    {"rp2040", "cortex-m0plus", 125, 0, 2048, "SRAM", 264},
    {"rp2350", "cortex-m33", 150, 0, 4096, "SRAM", 520},
    {"stm32f412", "cortex-m4", 100, 3, 1024, "SRAM1", 256},
    {"stm32f446", "cortex-m4", 180, 5, 512, "SRAM1", 128},
    {"stm32f746", "cortex-m7", 216, 7, 1024, "DTCM", 320},
    {"stm32f767", "cortex-m7", 216, 7, 2048, "DTCM", 512},
    {"stm32g0b1", "cortex-m0plus", 64, 2, 512, "SRAM", 144},
    {"stm32h743", "cortex-m7", 480, 4, 2048, "DTCM", 512},
    {"stm32h7a3", "cortex-m7", 280, 6, 2048, "DTCM", 1024},
    {"stm32l4r5", "cortex-m4", 120, 5, 2048, "SRAM1", 640},
    {"stm32u575", "cortex-m33", 160, 4, 2048, "SRAM1", 768},
};

TEST(ShippedChips, HaveTheFiguresOfTheirManuals)
{
    for (const Figures& expected : manuals) {
        SCOPED_TRACE(expected.chip);
        ChipModel chip = load_chip(expected.chip);
        EXPECT_EQ(chip.core.name, expected.core);
        EXPECT_EQ(chip.clock, mega * expected.megahertz);
        EXPECT_EQ(chip.wait_states(), expected.wait_states);
        EXPECT_EQ(chip.find_region("flash")->size, expected.flash_kib << 10);
        EXPECT_EQ(chip.placement.arena.front(), expected.first_sram);
        std::uint32_t most = 0;
        for (const std::string& entry : chip.placement.arena)
            most = std::max(most, chip.range_of(entry).size);
        EXPECT_EQ(most, expected.arena_kib << 10);
    }
    // Every chip but the ideal ones is in the table.
    EXPECT_EQ(std::ranges::count_if(chip_names(),
                  [](const std::string& name) { return !name.starts_with("generic-"); }),
        std::ssize(manuals));
}

/// A cache, accelerator or XIP cache in front of each real chip's flash; generic ones have none.
TEST(ShippedChips, SayWhatStandsBeforeFlash)
{
    for (const Figures& row : manuals) {
        ChipModel chip = load_chip(row.chip);
        EXPECT_TRUE(chip.find_region("flash")->instruction_cache.present()) << row.chip;
        EXPECT_FALSE(chip.accelerator.empty()) << row.chip;
        EXPECT_FALSE(chip.find_region("flash")->writable) << row.chip;
        EXPECT_LE(chip.error_low, -0.05) << row.chip;
        EXPECT_GE(chip.error_high, 0.10) << row.chip;
    }
}

/// At every clock and supply that a chip accepts its waits are known: nothing stops, nothing is
/// slower at a lower clock.
TEST(ShippedChips, WaitNeverLessAtAHigherClock)
{
    for (const std::string& name : chip_names()) {
        const std::vector<SupplyRange> supplies = load_chip(name).supplies;
        for (const SupplyRange& range : supplies) {
            SCOPED_TRACE(name + " " + range.name);
            ChipModel chip = load_chip(name, {}, supplies.size() > 1 ? range.name : "");
            const base::Hertz highest = chip.clock;
            std::vector<std::uint32_t> before(chip.regions.size(), 0);
            for (std::uint64_t megahertz = 1; mega * megahertz <= highest; ++megahertz) {
                chip.clock = mega * megahertz;
                for (std::size_t i = 0; i < chip.regions.size(); ++i) {
                    std::uint32_t read = chip.waits_of(chip.regions[i]).read;
                    // A bus that halves its clock may need fewer wait states of its own cycles, in
                    // time never less.
                    if (chip.bus_divider() == 1) {
                        EXPECT_GE(read, before[i]) << megahertz << " MHz, " << chip.regions[i].name;
                    }
                    before[i] = read;
                }
            }
        }
    }
}

TEST(ShippedChips, HaveAUartToPrintThrough)
{
    auto prints = [](const RegisterModel& model) { return model.transmits || model.transfer; };
    for (const std::string& name : chip_names()) {
        ChipModel chip = load_chip(name);
        EXPECT_TRUE(std::ranges::any_of(chip.peripherals, [&](const PeripheralModel& peripheral) {
            return std::ranges::any_of(peripheral.registers, prints);
        })) << name;
    }
}

/// Bits 5 to 7 of the PSoC's INTR_TX: overflow, underflow, blocked.
TEST(ShippedChips, ATransmitterThatSendsAtOnceLosesNothing)
{
    ChipModel psoc = load_chip("psoc62");
    for (const PeripheralModel& peripheral : psoc.peripherals) {
        auto status = std::ranges::find(
            peripheral.registers, peripheral.name + "_INTR_TX", &RegisterModel::name);
        ASSERT_NE(status, peripheral.registers.end());
        EXPECT_EQ(status->reset & 7u << 5, 0u) << status->name;
    }
}

TEST(ShippedChips, HaveNoRegistersInTheirMemories)
{
    for (const std::string& name : chip_names()) {
        ChipModel chip = load_chip(name);
        for (const PeripheralModel& peripheral : chip.peripherals)
            for (const RegisterModel& model : peripheral.registers) {
                const Region* region = chip.region_at(model.address);
                EXPECT_TRUE(!region || region->kind == RegionKind::peripheral)
                    << name << ": " << model.name;
                // Where the machine has registers without being told.
                std::uint32_t page = model.address >> 28;
                EXPECT_TRUE(region || page == 4 || page == 5 || page == 0xd || page == 0xe)
                    << name << ": " << model.name;
            }
    }
}

TEST(ShippedChips, HaveTheBanksAndCachesOfTheirManuals)
{
    ChipModel l4r5 = load_chip("stm32l4r5");
    EXPECT_EQ(load_chip("stm32l4r5", mega * 20).wait_states(), 0u);
    EXPECT_EQ(l4r5.find_region("flash")->instruction_cache.lines, 32u);
    EXPECT_EQ(l4r5.find_region("flash")->data_cache.lines, 8u);
    EXPECT_EQ(l4r5.find_region("flash")->data_cache.fill_bytes, 8u);
    EXPECT_EQ(l4r5.find_region("SRAM1")->load_chain_wait, 0u);
    EXPECT_EQ(l4r5.find_region("SRAM3")->load_chain_wait, 1u);
    EXPECT_EQ(l4r5.range_of("SRAM1+SRAM2+SRAM3"), (AddressRange {0x2000'0000, 640 << 10}));

    ChipModel f746 = load_chip("stm32f746");
    EXPECT_EQ(load_chip("stm32f746", mega * 210).wait_states(), 6u);
    EXPECT_EQ(f746.range_of("DTCM+SRAM1+SRAM2"), (AddressRange {0x2000'0000, 320 << 10}));
    const Cache& data = f746.find_region("SRAM1")->data_cache;
    EXPECT_EQ(data.lines * data.line_bytes, 4096u);
    EXPECT_EQ(data.ways, 4u);
    EXPECT_EQ(f746.find_region("flash")->data_cache.name, data.name);
    const Region& itcm_port = *f746.find_region("flash-ITCM");
    EXPECT_EQ(itcm_port.mirror_of, "flash");
    EXPECT_EQ(itcm_port.instruction_cache.lines * itcm_port.instruction_cache.line_bytes, 2048u);
    EXPECT_LT(f746.waits_of(itcm_port).read, f746.waits_of(*f746.find_region("flash")).read);
    for (std::string name : {"stm32f767", "stm32h743", "stm32h7a3"}) {
        ChipModel chip = load_chip(name);
        const Region& flash = *chip.find_region("flash");
        EXPECT_EQ(flash.data_cache.lines * flash.data_cache.line_bytes, 16384u) << name;
        EXPECT_FALSE(chip.find_region("ITCM")->instruction_cache.present()) << name;
    }
    EXPECT_FALSE(f746.find_region("DTCM")->data_cache.present());

    ChipModel u575 = load_chip("stm32u575");
    EXPECT_EQ(u575.find_region("flash")->instruction_cache.name,
        u575.find_region("flash")->data_cache.name);
    EXPECT_EQ(u575.range_of("SRAM1+SRAM2+SRAM3").size, 768u << 10);

    ChipModel nordic = load_chip("nrf52840");
    EXPECT_EQ(nordic.wait_states_grade, Grade::estimate);
    EXPECT_FALSE(nordic.find_region("flash")->data_cache.present());

    ChipModel pico = load_chip("rp2040");
    EXPECT_EQ(pico.maximum_clock, mega * 133);
    const Cache& xip = pico.find_region("flash")->data_cache;
    EXPECT_EQ(xip.lines * xip.line_bytes, 16384u);
}

TEST(ShippedChips, GenericOnesHaveRoomAndNeverWait)
{
    for (std::string name :
        {"generic-m0plus", "generic-m3", "generic-m4", "generic-m7", "generic-m33"}) {
        ChipModel chip = load_chip(name);
        EXPECT_EQ(chip.find_region("flash")->size, 16u << 20) << name;
        EXPECT_EQ(chip.find_region("SRAM")->size, 8u << 20) << name;
        EXPECT_EQ(chip.wait_states(), 0u) << name;
        EXPECT_TRUE(std::ranges::all_of(
            chip.regions, [](const Region& region) { return region.timing_source.empty(); }));
    }
    EXPECT_EQ(load_chip("generic-m33").find_region("flash")->start, 0x1000'0000u);
    EXPECT_EQ(load_chip("generic-m33").find_region("SRAM")->start, 0x3800'0000u);
}

} // namespace
} // namespace mcu

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/memory_protection.h"

#include <gtest/gtest.h>

namespace {

using sim::Architecture;
using sim::MemoryProtection;

constexpr std::uint32_t type = 0xe000ed90, ctrl = 0xe000ed94, rnr = 0xe000ed98, rbar = 0xe000ed9c,
                        rasr = 0xe000eda0, rbar_a1 = 0xe000eda4, rasr_a1 = 0xe000eda8,
                        mair1 = 0xe000edc4;

TEST(MemoryProtection, KeepsRegionsApart)
{
    MemoryProtection mpu(Architecture::v7m, 8);
    EXPECT_EQ(mpu.read(type), 0x800u);
    mpu.write(rnr, {.value = 3});
    mpu.write(rbar, {.value = 0x20000000});
    mpu.write(rasr, {.value = 0x0306001d});
    mpu.write(rnr, {.value = 4});
    EXPECT_EQ(mpu.read(rasr), 0u);
    EXPECT_EQ(mpu.read(rbar), 4u); // the region's number
    mpu.write(rnr, {.value = 3});
    EXPECT_EQ(mpu.read(rbar), 0x20000003u);
    EXPECT_EQ(mpu.read(rasr), 0x0306001du);
}

TEST(MemoryProtection, ABaseMayNameItsRegion)
{
    MemoryProtection mpu(Architecture::v7m, 8);
    mpu.write(rbar, {.value = 0x08000015}); // VALID, region 5
    EXPECT_EQ(mpu.read(rnr), 5u);
    mpu.write(rbar_a1, {.value = 0x20000016}); // an alias
    mpu.write(rasr_a1, {.value = 1});
    EXPECT_EQ(mpu.read(rnr), 6u);
    EXPECT_EQ(mpu.read(rbar), 0x20000006u);
    EXPECT_EQ(mpu.read(rasr), 1u);
}

TEST(MemoryProtection, Armv8AliasesAreTheRegionsBeside)
{
    MemoryProtection mpu(Architecture::v8m, 8);
    mpu.write(rnr, {.value = 4});
    mpu.write(rbar_a1, {.value = 0x20000013}); // no VALID bit here: attributes
    mpu.write(rnr, {.value = 5});
    EXPECT_EQ(mpu.read(rbar), 0x20000013u);
    mpu.write(mair1, {.value = 0xff44});
    EXPECT_EQ(mpu.read(mair1), 0xff44u);
}

TEST(MemoryProtection, RegionsThatDoNotExistReadAsZero)
{
    MemoryProtection mpu(Architecture::v7m, 8);
    mpu.write(rnr, {.value = 8});
    mpu.write(rbar, {.value = 0x20000000});
    mpu.write(rasr, {.value = 1});
    EXPECT_EQ(mpu.read(rbar), 0u);
    EXPECT_EQ(mpu.read(rasr), 0u);
    MemoryProtection none(Architecture::v6m, 0);
    none.write(ctrl, {.value = 1});
    none.write(rbar, {.value = 0x10});
    EXPECT_EQ(none.read(type), 0u);
    EXPECT_EQ(none.read(ctrl), 0u);
    EXPECT_EQ(none.read(rbar), 0u);
}

TEST(MemoryProtection, CountsHowOftenItIsSwitchedOn)
{
    MemoryProtection mpu(Architecture::v7m, 8);
    for (std::uint32_t value : {5u, 5u, 0u, 1u})
        mpu.write(ctrl, {.value = value});
    EXPECT_TRUE(mpu.enabled());
    EXPECT_EQ(mpu.enabled_count(), 2u);
}

} // namespace

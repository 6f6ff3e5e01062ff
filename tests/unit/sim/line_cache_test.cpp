// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/line_cache.h"

#include <gtest/gtest.h>

namespace {

using sim::LineCache;

mcu::Cache geometry(
    std::uint32_t line_bytes, std::uint32_t lines, std::uint32_t ways, std::uint32_t fill_bytes = 0)
{
    mcu::Cache cache;
    cache.name = "test";
    cache.line_bytes = line_bytes;
    cache.lines = lines;
    cache.ways = ways;
    cache.fill_bytes = fill_bytes;
    return cache;
}

TEST(LineCache, AMissBringsTheWholeLine)
{
    LineCache cache(geometry(32, 4, 4));
    EXPECT_FALSE(cache.access(0x47));
    EXPECT_TRUE(cache.access(0x40));
    EXPECT_TRUE(cache.access(0x5f));
    EXPECT_FALSE(cache.access(0x60));
}

TEST(LineCache, AMissBringsOneSectorWhereFillsAreSmaller)
{
    LineCache cache(geometry(32, 4, 4, 8));
    EXPECT_EQ(cache.sector().bytes(), 8u);
    EXPECT_FALSE(cache.access(0x40));
    EXPECT_TRUE(cache.access(0x47));
    EXPECT_FALSE(cache.access(0x48)); // same line, next sector
    EXPECT_TRUE(cache.contains(0x40));
    EXPECT_FALSE(cache.contains(0x50));
    EXPECT_EQ(cache.evictions(), 0u);
}

TEST(LineCache, ThrowsOutTheLeastRecentlyUsed)
{
    LineCache cache(geometry(16, 2, 2));
    cache.access(0x00);
    cache.access(0x10);
    cache.access(0x00); // 0x10 is now the oldest
    EXPECT_FALSE(cache.access(0x20));
    EXPECT_EQ(cache.evictions(), 1u);
    EXPECT_TRUE(cache.contains(0x00));
    EXPECT_FALSE(cache.contains(0x10));
}

TEST(LineCache, AThrownOutLineLosesAllItsSectors)
{
    LineCache cache(geometry(16, 1, 1, 8));
    cache.access(0x00);
    cache.access(0x08);
    cache.access(0x10);
    EXPECT_FALSE(cache.contains(0x00));
    EXPECT_FALSE(cache.access(0x00));
    EXPECT_FALSE(cache.contains(0x08));
}

TEST(LineCache, LinesCompeteOnlyWithinTheirSet)
{
    LineCache cache(geometry(16, 4, 1)); // four sets of one
    cache.access(0x00);
    cache.access(0x10);
    cache.access(0x20);
    EXPECT_EQ(cache.evictions(), 0u);
    cache.access(0x40); // set 0 again
    EXPECT_EQ(cache.evictions(), 1u);
    EXPECT_FALSE(cache.contains(0x00));
    EXPECT_TRUE(cache.contains(0x10));
}

TEST(LineCache, AskingChangesNothing)
{
    LineCache cache(geometry(16, 2, 2));
    cache.access(0x00);
    cache.access(0x10);
    EXPECT_TRUE(cache.contains(0x00)); // not a use
    cache.access(0x20);
    EXPECT_FALSE(cache.contains(0x00));
}

} // namespace

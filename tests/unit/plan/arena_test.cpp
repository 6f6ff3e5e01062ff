// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace plan {
namespace {

ArenaBuffer buffer(std::uint64_t bytes, int first, int last)
{
    return {"", BufferKind::activation, 0, bytes, first, last};
}

TEST(Arena, AChainNeedsItsTwoLargestNeighbors)
{
    std::vector<ArenaBuffer> chain {buffer(160, 0, 1), buffer(640, 1, 2), buffer(320, 2, 3)};
    EXPECT_EQ(place_buffers(chain), 960u);
    EXPECT_EQ(chain[1].offset, 0u);
    EXPECT_EQ(chain[0].offset, 640u);
    EXPECT_EQ(chain[2].offset, 640u);
}

TEST(Arena, BuffersThatNeverMeetShareTheirBytes)
{
    std::vector<ArenaBuffer> apart {buffer(100, 0, 3), buffer(90, 4, 5), buffer(80, 6, 6)};
    EXPECT_EQ(place_buffers(apart), 112u);
    for (const ArenaBuffer& one : apart)
        EXPECT_EQ(one.offset, 0u);
}

TEST(Arena, FillsTheLowestGap)
{
    // The gap below 320 appears once the 320-byte buffer is dead.
    std::vector<ArenaBuffer> buffers {buffer(320, 0, 1), buffer(256, 0, 9), buffer(64, 2, 3)};
    EXPECT_EQ(place_buffers(buffers), 576u);
    EXPECT_EQ(buffers[2].offset, 0u);
}

TEST(Arena, OffsetsAreAligned)
{
    std::vector<ArenaBuffer> buffers {buffer(33, 0, 1), buffer(17, 0, 1), buffer(1, 0, 1)};
    place_buffers(buffers);
    for (const ArenaBuffer& one : buffers)
        EXPECT_EQ(one.offset % arena_alignment, 0u);
}

TEST(Arena, PeakIsTheMostThatIsAliveAtOnce)
{
    std::vector<ArenaBuffer> buffers {buffer(10, 0, 1), buffer(20, 1, 2), buffer(5, 2, 2)};
    buffers.push_back({"", BufferKind::scratch, 0, 100, 2, 2});
    EXPECT_EQ(peak_bytes(buffers, BufferKind::activation), 30u);
    EXPECT_EQ(peak_bytes(buffers), 125u);
}

TEST(Arena, InPlaceTakesTheLargerOfBothAtTheStepWhereTheyMeet)
{
    std::vector<ArenaBuffer> buffers {buffer(640, 0, 1), buffer(160, 1, 3), buffer(320, 2, 2)};
    buffers[1].over = 0;
    EXPECT_EQ(lower_bound(buffers), (ArenaBound {640, 0}));
    EXPECT_EQ(live_bytes(buffers, 1, BufferKind::activation), 640u);
    EXPECT_EQ(live_bytes(buffers, 2, BufferKind::activation), 480u);
    EXPECT_EQ(place_buffers(buffers), 640u);
    EXPECT_EQ(buffers[1].offset, buffers[0].offset);
    EXPECT_EQ(buffers[2].offset, 160u); // where the larger one was
    EXPECT_TRUE(is_sound(buffers));
}

TEST(Arena, SharedBytesAreNotSound)
{
    std::vector<ArenaBuffer> buffers {buffer(32, 0, 1), buffer(32, 1, 2)};
    buffers[1].offset = 16;
    EXPECT_FALSE(is_sound(buffers));
    buffers[1].offset = 32;
    EXPECT_TRUE(is_sound(buffers));
    buffers[1].over = 0; // must then be at the same offset
    EXPECT_FALSE(is_sound(buffers));
}

TEST(Arena, RandomBuffersNeverOverlapWhileAlive)
{
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<ArenaBuffer> buffers;
        for (unsigned count = random() % 30 + 1; buffers.size() < count;) {
            int first = static_cast<int>(random() % 20);
            buffers.push_back(
                buffer(random() % 1000 + 1, first, first + static_cast<int>(random() % 6)));
        }
        std::uint64_t arena_bytes = place_buffers(buffers);
        EXPECT_GE(arena_bytes, peak_bytes(buffers));
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            EXPECT_LE(buffers[i].offset + buffers[i].bytes, arena_bytes);
            for (std::size_t j = 0; j < i; ++j) {
                bool apart = buffers[i].offset + buffers[i].bytes <= buffers[j].offset
                    || buffers[j].offset + buffers[j].bytes <= buffers[i].offset;
                EXPECT_TRUE(apart || !alive_together(buffers[i], buffers[j]));
            }
        }
    }
}

} // namespace
} // namespace plan

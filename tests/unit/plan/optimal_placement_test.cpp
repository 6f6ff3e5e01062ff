// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/optimal_placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace plan {
namespace {

ArenaBuffer buffer(std::uint64_t bytes, int first, int last)
{
    return {"", BufferKind::activation, 0, bytes, first, last};
}

/// Some of them in place.
std::vector<ArenaBuffer> random_buffers(std::mt19937& random, std::size_t most, int steps)
{
    std::vector<ArenaBuffer> buffers;
    for (std::size_t count = random() % most + 1; buffers.size() < count;) {
        int first = static_cast<int>(random()) % steps;
        first = first < 0 ? -first : first;
        buffers.push_back(buffer(16 * (random() % 8 + 1), first, first + static_cast<int>(random() % 4)));
        const std::size_t below = random() % 3 == 0 && buffers.size() > 1 ? buffers.size() - 2 : buffers.size();
        if (below < buffers.size() && !buffers[below].over) {
            buffers.back().over = below;
            buffers.back().first = buffers[below].last;
            buffers.back().last = buffers.back().first + 2;
        }
    }
    return buffers;
}

/// Every order of putting buffers down, each at the lowest place above those that are there: the
/// definition of the best arena, for a handful of buffers.
std::uint64_t best_of_all_orders(std::vector<ArenaBuffer> buffers)
{
    std::vector<std::size_t> order(buffers.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::uint64_t best = ~std::uint64_t {0};
    do {
        std::uint64_t top = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            ArenaBuffer& one = buffers[order[i]];
            one.offset = 0;
            for (std::size_t j = 0; j < i; ++j)
                if (const ArenaBuffer& other = buffers[order[j]]; alive_together(one, other))
                    one.offset = std::max(one.offset, other.offset + other.bytes);
            top = std::max(top, one.offset + one.bytes);
        }
        best = std::min(best, top);
    } while (std::ranges::next_permutation(order).found);
    return best;
}

TEST(OptimalPlacement, FindsWhatFirstFitMisses)
{
    // First fit by any of its orders leaves a gap here.
    std::mt19937 random(7);
    int better = 0;
    for (int round = 0; round < 300; ++round) {
        std::vector<ArenaBuffer> first_fit = random_buffers(random, 25, 12), searched = first_fit;
        const std::uint64_t greedy = place_buffers(first_fit);
        const PlacementSearch search = place_optimally(searched, 20'000);
        ASSERT_TRUE(is_sound(searched));
        ASSERT_TRUE(is_sound(first_fit));
        EXPECT_LE(search.bytes, greedy);
        EXPECT_GE(search.bytes, search.bound);
        EXPECT_EQ(search.bound, lower_bound(searched).bytes);
        EXPECT_LE(search.nodes, 20'001u);
        std::uint64_t top = 0;
        for (const ArenaBuffer& one : searched)
            top = std::max(top, one.offset + one.bytes);
        EXPECT_EQ(search.bytes, top);
        better += search.bytes < greedy ? 1 : 0;
    }
    EXPECT_GT(better, 10);
}

TEST(OptimalPlacement, IsTheBestOfAllOrders)
{
    std::mt19937 random(3);
    for (int round = 0; round < 150; ++round) {
        std::vector<ArenaBuffer> buffers;
        for (std::size_t count = random() % 6 + 2; buffers.size() < count;) {
            const int first = static_cast<int>(random() % 5);
            buffers.push_back(buffer(16 * (random() % 6 + 1), first, first + static_cast<int>(random() % 4)));
        }
        const std::uint64_t best = best_of_all_orders(buffers);
        const PlacementSearch search = place_optimally(buffers);
        EXPECT_TRUE(search.proven);
        EXPECT_EQ(search.bytes, best);
    }
}

TEST(OptimalPlacement, SaysHowFarItCameWhenItMayNotGoOn)
{
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<ArenaBuffer> buffers = random_buffers(random, 25, 12);
        const PlacementSearch search = place_optimally(buffers, 5);
        EXPECT_LE(search.nodes, 6u);
        if (search.bytes > search.bound && !search.proven) {
            EXPECT_GT(search.gap(), 0);
            EXPECT_NE(text_of(search).find("gap"), std::string::npos);
            return;
        }
    }
    FAIL() << "no list of buffers was hard enough";
}

TEST(OptimalPlacement, IsTheSameEveryTime)
{
    std::mt19937 random(11);
    std::vector<ArenaBuffer> once = random_buffers(random, 40, 20), again = once;
    EXPECT_EQ(place_optimally(once), place_optimally(again));
    EXPECT_EQ(once, again);
}

} // namespace
} // namespace plan

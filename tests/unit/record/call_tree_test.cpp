// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/call_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>

namespace {

using record::CallTree;

/// Functions are letters; time is told with each event.
struct Story {
    CallTree tree;
    std::uint64_t now = 0;

    explicit Story(std::size_t most_nodes = 1'000)
        : tree(most_nodes)
    {
    }
    Story& enter(char function, std::uint64_t after)
    {
        now += after;
        tree.enter(static_cast<std::uint32_t>(function), now,
            [](std::uint32_t address) { return address - 'a'; });
        return *this;
    }
    Story& leave(std::uint64_t after)
    {
        now += after;
        tree.leave(now);
        return *this;
    }
    Story& switch_to(std::uint32_t context, std::uint64_t after)
    {
        now += after;
        tree.switch_to(context, now);
        return *this;
    }

    /// One node a line: path, calls, self and total cycles.
    std::string text()
    {
        const std::vector<CallTree::Node>& nodes = tree.settle(now);
        std::string result;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const CallTree::Node& node = nodes[i];
            std::string path;
            for (std::size_t at = i; at != CallTree::none; at = nodes[at].parent)
                path.insert(path.begin(),
                    nodes[at].function == CallTree::no_function
                        ? static_cast<char>('0' + nodes[at].context)
                        : static_cast<char>(nodes[at].function));
            if (node.calls > 0 || node.self_cycles > 0)
                result += fmt::format("{}{} {}x {} of {}\n", path, node.place == i ? "" : "*",
                    node.calls, node.self_cycles, node.total_cycles);
        }
        return result;
    }
    std::uint64_t sum()
    {
        const std::vector<CallTree::Node>& nodes = tree.settle(now);
        return std::accumulate(nodes.begin(), nodes.end(), std::uint64_t {0},
            [](std::uint64_t total, const auto& node) { return total + node.self_cycles; });
    }
};

TEST(CallTree, KeepsPathsApart)
{
    Story story;
    story.enter('a', 0).enter('b', 1).enter('c', 10).leave(100).leave(1'000);
    story.enter('c', 10'000).leave(100'000).leave(0);
    EXPECT_EQ(story.text(),
        "0a 1x 10001 of 111111\n"
        "0ab 1x 1010 of 1110\n"
        "0abc 1x 100 of 100\n"
        "0ac 1x 100000 of 100000\n");
}

TEST(CallTree, CountsRecursionOnce)
{
    Story story;
    story.enter('a', 0).enter('b', 1).enter('b', 10).enter('b', 100);
    story.leave(1'000).leave(10'000).enter('c', 100'000).leave(1'000'000).leave(0).leave(0);
    EXPECT_EQ(story.text(),
        "0a 1x 1 of 1111111\n"
        "0ab 1x 111110 of 1111110\n"
        "0abb* 2x 0 of 11100\n"
        "0abc 1x 1000000 of 1000000\n");
}

TEST(CallTree, GoesBackToWhereAFunctionStandsAlready)
{
    Story story;
    story.enter('a', 0).enter('b', 1).enter('a', 10).enter('c', 100);
    story.leave(1'000).leave(10'000).leave(100'000).leave(1'000'000);
    EXPECT_EQ(story.text(),
        "0a 1x 1010101 of 1111111\n" // its own, and those of its inner call
        "0ab 1x 100010 of 111110\n"
        "0aba* 1x 0 of 11100\n"
        "0ac 1x 1000 of 1000\n");
    EXPECT_EQ(story.sum(), 1'111'111u);
}

TEST(CallTree, StopsTheClockOfAnInterruptedContext)
{
    Story story;
    story.enter('a', 0).enter('b', 1);
    story.switch_to(1, 10).enter('h', 0).enter('b', 100).leave(1'000).leave(10'000).switch_to(0, 0);
    story.leave(100'000).leave(1'000'000);
    EXPECT_EQ(story.text(),
        "0a 1x 1000001 of 1100011\n"
        "0ab 1x 100010 of 100010\n"
        "1h 1x 10100 of 11100\n"
        "1hb 1x 1000 of 1000\n");
    EXPECT_EQ(story.sum(), 1'111'111u);
}

TEST(CallTree, CountsWhatIsStillActiveAtTheEnd)
{
    Story story;
    story.enter('a', 0).switch_to(1, 10).enter('t', 0).switch_to(0, 100).switch_to(1, 1'000);
    story.now += 10'000;
    EXPECT_EQ(story.text(), "0a 1x 1010 of 1010\n1t 1x 10100 of 10100\n");
    EXPECT_EQ(story.text(), "0a 1x 1010 of 1010\n1t 1x 10100 of 10100\n"); // asked twice
}

TEST(CallTree, ForgetsWhatWasBeforeARestart)
{
    Story story;
    story.enter('a', 5).enter('b', 5).leave(5).switch_to(1, 5).enter('h', 5).switch_to(0, 5);
    story.now += 7;
    story.tree.restart(story.now);
    story.enter('b', 1).leave(10).leave(100).switch_to(1, 0).leave(1'000).switch_to(0, 0);
    EXPECT_EQ(story.text(),
        "0a 0x 101 of 111\n"
        "0ab 1x 10 of 10\n"
        "1h 0x 1000 of 1000\n");
}

TEST(CallTree, FoldsPathsWithoutEnd)
{
    Story story(5);
    story.enter('a', 0).enter('b', 1).enter('c', 10).enter('d', 100).enter('e', 1'000);
    for (int i = 0; i < 5; ++i)
        story.leave(10'000);
    EXPECT_EQ(story.text(),
        "0a 1x 10001 of 51111\n"
        "0ab 1x 10010 of 41110\n"
        "0abc 1x 10100 of 31100\n"
        "0abcd 1x 11000 of 21000\n"
        "0e 1x 10000 of 10000\n");
    EXPECT_EQ(story.tree.folded_calls(), 1u);
    EXPECT_EQ(story.sum(), 51'111u);
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/path.h"
#include "sim/elf_image.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sim {

/// Finds paths worth following: from the head of a loop, or from where another path or a call
/// ended, the blocks that ran next, until they lead back to the first, to a loop that turns often,
/// or out of the function. Calls, returns and changes of the stack are never within a path, so
/// whoever listens to these is told at the right moment.
class PathFinder {
public:
    explicit PathFinder(const ElfImage& image)
        : image_(image)
    {
    }

    /// `from` (null: nobody knows) ran `turns` times in a row, and `to` begins.
    void passed(const Block* from, std::uint64_t turns, Block& to)
    {
        if (!recorded_.empty())
            record(from, turns, to);
        if (recorded_.empty() && !to.path)
            warm(to, after_path_ || turns > 1 || is_head(from, to));
        after_path_ = false;
    }
    /// Does it want to see the next block by itself?
    bool recording() const { return !recorded_.empty(); }
    /// What runs next does not follow what ran.
    void interrupted() { recorded_.clear(); }
    /// A path was left; it may not be worth its price.
    void left(Path& path)
    {
        after_path_ = true;
        if (path.starts + path.unresolved >= enough)
            judge(path);
    }

private:
    static constexpr std::uint64_t enough = 64; // starts, to judge a path by
    static constexpr std::size_t longest = 64;  // steps

    void warm(Block& block, bool head);
    static bool is_head(const Block* from, const Block& to)
    {
        return !from || to.address <= from->address
            || (from->last().flow != Flow::conditional_branch && from->last().flow != Flow::next);
    }
    void record(const Block* from, std::uint64_t turns, Block& to);
    void conclude(bool closed);
    static void drop_repeated_end(std::vector<Block*>& blocks);
    void establish(std::vector<Block*> blocks, bool closed);
    void judge(Path& path);
    bool joins(const Block& from, const Block& to) const;
    static bool can_continue(const Block& to);

    const ElfImage& image_;
    std::vector<std::unique_ptr<Path>> paths_;
    std::vector<Block*> recorded_;
    bool after_path_ = false;
};

} // namespace sim

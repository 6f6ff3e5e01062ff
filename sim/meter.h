// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/cycle_account.h"
#include "sim/decode/block.h"
#include "sim/decode/path.h"
#include "sim/memory/memory_system.h"
#include "sim/timing/branch_predictor.h"
#include "sim/timing/core_timing.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sim {

/// What went over the bus to one region.
struct RegionTraffic {
    std::uint64_t reads = 0, read_bytes = 0, writes = 0, write_bytes = 0, fetch_bytes = 0;
    std::uint64_t data_hits = 0, data_misses = 0, fetch_hits = 0, fetch_misses = 0;

    RegionTraffic& operator+=(const RegionTraffic& other);
    RegionTraffic& operator-=(const RegionTraffic& other);
    bool operator==(const RegionTraffic&) const = default;
};

/// Everything a stretch of execution cost. Differences of two readings say what lies between them.
struct Reading {
    CycleAccount cycles;
    std::uint64_t instructions = 0, macs = 0;
    std::uint64_t divides = 0, unaligned = 0, unmodeled = 0; // instructions charged by a mean; split accesses; no row
    std::uint64_t stalled = 0; // cycles in which the core stood still for its memory; the rest of the waits is the pipeline's
    std::vector<RegionTraffic> traffic; // by region; the last is everything that is no region

    Reading& operator+=(const Reading& other);
    Reading& operator-=(const Reading& other);
};

/// One instruction's share of what a meter counted.
struct InstructionCost {
    std::uint32_t address = 0;
    std::uint8_t size = 2;
    std::uint64_t executions = 0;
    CycleAccount cycles;
    std::uint64_t stalled = 0; // of them, as in a reading
};

/// A block that ran `turns` times in a row.
struct BlockRun {
    const Block* block = nullptr;
    std::uint64_t turns = 1;
    const Recipe::Grouping* grouping = nullptr;
    std::span<const Recipe::Stream> streams; // by group
    std::span<const char> skipped; // by operand where each is its own group, not 0: its condition failed; empty: none
    bool left_by_branch = false; // the last turn; the ones before always are
};

/// Blocks that ran along a path: whole turns of it, and maybe the beginning of another.
struct PathRun {
    const Path* path = nullptr;
    std::uint64_t turns = 0; // whole ones
    std::size_t steps = 0; // of one more turn, fewer than all
    std::span<const Recipe::Stream> streams; // by group of the path's recipe
    bool left_by_branch = false; // after the very last block
};

/// Turns block runs into cycles with causes and traffic by region, for one chip: the pipeline's timing, asked once for
/// each state and block, plus the waits of the memory system.
class Meter {
public:
    explicit Meter(const mcu::ChipModel& chip);

    void add(const BlockRun& run);
    /// The same as adding its blocks one by one.
    void add(const PathRun& run);
    /// Cycles that no block explains, owned by the instruction at `owner`: exceptions, sleep. The pipeline is empty then.
    void charge_at(std::uint32_t owner, Cause cause, base::Cycles cycles);
    /// Words that an exception's entry or return moved; their time is in what is charged for it.
    void count_stacking(std::uint32_t address, unsigned words, Access::Kind kind);
    /// No turn of the block takes longer than this, whatever its memory does.
    std::uint64_t longest_turn(const Block& block);
    std::uint64_t longest_turn(const Path& path);

    /// Cycles so far, without settling the books: cheap.
    base::Cycles now() const { return now_; }
    /// The cycles of `read()`: cheaper than all of it, for questions at each call of a function.
    const CycleAccount& cycles_by_cause();
    /// All that was counted since the last `forget`.
    const Reading& read();
    /// By instruction, rising addresses; sums to `read()`.
    std::vector<InstructionCost> instructions();
    /// Counts from zero again; pipeline, caches and time stay as they are.
    void forget();

    std::string_view region_name(std::size_t index) const;
    std::size_t region_count() const { return memory_.region_count(); }

private:
    struct Signature { // where the operands of a block lie
        const Recipe::Grouping* grouping = nullptr;
        std::vector<mcu::AddressRange> ranges; // by group; empty range: skipped
        std::vector<RegionIndex> regions; // by operand; skipped_region: its condition failed
        std::vector<OperandClass> classes;
        bool waits = false, shares_cache = false; // with the block's own code
    };
    static constexpr RegionIndex skipped_region = 0xff;

    struct Variant { // a block in one pipeline state, with one signature, left one way
        const Block* block = nullptr;
        const Signature* signature = nullptr;
        PipelineState entry = cold_pipeline;
        std::uint32_t signature_index = 0;
        Left left = Left::falling_through;
        BlockTiming timing;
        BranchPredictor::Counter* guess = nullptr; // of the branch at its end, where the core guesses
        CycleAccount cycles;
        std::uint64_t turns = 0, settled = 0, priced = 0; // so far; what the reading has of them; what its cycles have
        std::uint32_t unmodeled = 0;
        RegionIndex code_region = 0;
        bool dirty = false, unpriced = false; // turns are not in the reading; not in its cycles
    };
    struct BlockState {
        std::vector<std::unique_ptr<Variant>> variants;
        Variant* latest[2] = {nullptr, nullptr}; // by Left
        std::vector<std::unique_ptr<Signature>> signatures;
        std::uint32_t latest_signature = 0;
        std::vector<CycleAccount> waits; // by instruction; empty until something waited
        MemorySystem::Residence residence;
        RegionIndex code_region = 0;
        std::uint64_t longest_turn = 0; // 0: not known yet
        bool code_waits = false, seen = false;
    };

    struct PathWay;
    struct PathEnd { // a path, left after one of its steps one way
        PathWay* way = nullptr; // null: not known yet
        std::size_t step = 0;
        Variant* last = nullptr;
        std::uint64_t cycles = 0;
        PipelineState exit = cold_pipeline;
        std::uint64_t turns = 0; // not settled yet
        bool guesses = false; // the core guesses some of its branches
    };
    struct PathWay { // a path in one place, entered in one pipeline state
        PipelineState entry = cold_pipeline;
        std::vector<Variant*> steps; // each left for the next step; as far as is known
        std::vector<PathEnd> ends; // by 2 * step + Left
        bool branches_differ = false;
    };
    struct WaitingOperand {
        std::size_t operand = 0, step = 0; // of the path
        AccessStream stream; // without its start
    };
    struct PathPlace { // where the operands of a path lie
        std::vector<mcu::AddressRange> ranges; // by group
        struct Window { // where a stream may start
            std::uint32_t first = 0, span = 0;
        };
        std::vector<Window> windows; // by group: all it touches lies in its range
        std::vector<std::uint32_t> signatures; // by step, the block's
        std::vector<WaitingOperand> waiting;
        std::vector<std::unique_ptr<PathWay>> ways;
        PathWay* latest = nullptr;
    };
    struct PathState {
        std::vector<std::unique_ptr<PathPlace>> places;
        PathPlace* latest = nullptr;
        bool code_waits = false, seen = false;
    };

    BlockState& state_of(const Block& block)
    {
        return block.id < blocks_.size() && blocks_[block.id].seen ? blocks_[block.id] : first_seen(block);
    }
    BlockState& first_seen(const Block& block);
    bool straddles(const BlockRun& run) const;
    std::uint32_t signature_of(BlockState& state, const BlockRun& run);
    std::uint32_t new_signature(BlockState& state, const BlockRun& run);
    bool add_familiar(const BlockRun& run);
    void add_ungrouped(const BlockRun& run);
    Variant& variant_of(BlockState& state, const Block& block, PipelineState entry, std::uint32_t signature, Left left);
    struct Extent { // of a run, judged by its streams
        std::uint64_t turns = 0; // that stay in the regions they began in
        bool unaligned = false;
    };
    static Extent extent_of(const BlockRun& run, const Signature& signature);
    void add_within_regions(BlockState& state, const BlockRun& run, std::uint32_t signature, std::uint64_t turns, bool leaves, bool unaligned);
    std::uint64_t turns_at_once(BlockState& state, const BlockRun& run, const Signature& signature, bool unaligned, std::uint64_t turns);
    std::span<const AccessStream> waiting_streams(const BlockRun& run, const Signature& signature);
    void add_turns(BlockState& state, const BlockRun& run, std::uint32_t signature, std::uint64_t turns, bool leaves, bool unaligned);
    void count(Variant& variant, std::uint64_t turns);
    void guess_branches(Variant& variant, std::uint64_t turns);
    void add_unaligned(const BlockRun& run, const Signature& signature, std::uint64_t turns);
    void add_waits(BlockState& state, const BlockRun& run, const Signature& signature, std::uint64_t turns);
    void add_fetches(BlockState& state, const Block& block, const Variant& variant, base::Cycles from, std::uint64_t turns);
    void charge(BlockState& state, const Block& block, std::uint16_t instruction, Cause cause, std::uint64_t cycles);
    PathState& state_of(const Path& path);
    PathPlace* place_of(PathState& state, const PathRun& run);
    PathPlace* new_place(PathState& state, const PathRun& run);
    PathEnd& end_of(PathPlace& place, const Path& path, std::size_t step, bool by_branch);
    void complete_end(PathPlace& place, PathWay& way, const Path& path, std::size_t step, bool by_branch);
    void add_placed(PathState& state, PathPlace& place, const PathRun& run, bool unaligned);
    void add_by_blocks(const PathRun& run);
    void add_by_steps(PathPlace& place, const PathRun& run, bool unaligned);
    void add_path_unaligned(const PathRun& run, std::uint64_t from_turn, std::uint64_t turns, std::size_t steps);
    void charge_unaligned(const Block& block, std::size_t operand, const Recipe::Stream& stream, std::uint64_t turns);
    void count_path(PathPlace& place, const PathRun& run);
    void count(PathEnd& end, std::uint64_t turns);
    void guess_branches(PathEnd& end, std::uint64_t turns);
    bool code_is_resident(const Path& path) const;
    bool shares_caches(const Path& path, const PathPlace& place) const;
    void fetch_resident(const PathRun& run);
    void add_path_waits(PathPlace& place, const PathRun& run, std::uint64_t from_turn, std::uint64_t turns, std::size_t steps);
    void settle_paths();
    void mark(Variant& variant, std::uint64_t turns);
    void settle();
    void price();

    std::unique_ptr<CoreTiming> timing_;
    BranchPredictor predictor_;
    MemorySystem memory_;
    std::vector<std::string> region_names_;
    std::vector<OperandClass> classes_; // by region
    std::vector<BlockState> blocks_; // by block id
    std::vector<const Block*> block_of_; // by block id
    std::vector<PathState> paths_; // by path id
    std::vector<Variant*> dirty_, unpriced_;
    std::vector<PathEnd*> dirty_ends_;
    std::map<std::uint32_t, CycleAccount> charged_; // by owner
    PipelineState pipeline_ = cold_pipeline;
    base::Cycles now_;
    std::uint64_t longest_wait_ = 0; // of one access or fetch
    Reading reading_;
    std::vector<AccessStream> streams_;
    std::vector<Wait> waits_;
};

} // namespace sim

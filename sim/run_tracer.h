// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/call_stack.h"
#include "sim/decode/block.h"
#include "sim/listener.h"
#include "sim/meter.h"
#include "sim/path_finder.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace sim {

/// What the tracer asks the emulator for.
class Guest {
public:
    virtual ~Guest() = default;
    virtual void read_registers(RegisterSet wanted, std::array<std::uint32_t, 16>& registers) = 0;
    struct StackPointer {
        std::uint32_t value = 0;
        bool process = false; // PSP, not MSP
    };
    virtual StackPointer read_stack_pointer() = 0;
    /// Plain memory around `bytes` bytes at an address; empty for peripherals and holes.
    virtual Recipe::Memory::Window memory_window(std::uint32_t address, unsigned bytes) = 0;
    virtual std::span<const std::uint8_t> code(std::uint32_t address, std::uint32_t size) = 0;
    /// A block that never ran before is about to.
    virtual void met(const Block& block) = 0;
};

/// Turns the emulator's "this block begins" into runs of blocks and of paths with address streams,
/// tells meters, call stack and listeners. What repeats is collapsed: a turn of a loop costs a
/// comparison a block.
class RunTracer {
public:
    enum class Mode : std::uint8_t {
        blocks, // addresses follow from recipes
        exact,  // addresses are told, access by access: the referee
    };
    RunTracer(Guest& guest, const ElfImage& image, Mode mode);

    void add_meter(Meter& meter) { meters_.push_back(&meter); }
    void add_listener(Listener& listener) { listeners_.push_back(&listener); }
    void set_instruction_limit(std::uint64_t limit) { limit_ = limit; }

    void start(std::uint32_t first_pc, std::uint32_t stack_pointer);
    /// Another turn of the block at hand, or the next step of the path at hand? Then that was all.
    bool repeats(std::uint32_t address, std::uint32_t size)
    {
        const Path::Step* step = expected_;
        if (address != step->address || size != step->size)
            return false;
        bool another_turn = step == turn_begins_;
        if (another_turn && turns_ >= turn_limit_ && !more_turns())
            return false;
        turns_ += another_turn;
        expected_ = step->next;
        return true;
    }
    /// The block at hand is done, `next` comes.
    void finish(std::uint32_t next);
    enum class Begun : std::uint8_t {
        runs,
        must_observe, // its accesses: no recipe tells where they go
        misaligned, // an access that must be aligned is not: watch those of `current()` while they execute
        dividing, // its divides may trap: watch them
    };
    /// A block begins. If it does not run yet: `retract`, then begin it again.
    Begun begin(std::uint32_t address, std::uint32_t size);
    /// The block at hand has not begun after all.
    void retract()
    {
        current_ = nullptr;
        expect_nothing();
    }
    /// The block at hand did not run to its end: its last turn does not count.
    void abandon();
    /// The run is over: everything active is left.
    void stop();

    /// In the middle of the block at hand, about to make the access to `address`: everything before
    /// that instruction is metered at once, so that now() is exact; the rest of the block goes on
    /// as a block of its own. False if the access is not among those the block was found to make:
    /// then everything before the block is metered.
    bool cut_before_access(std::uint32_t address);
    /// The same for an instruction of the block at hand.
    void cut_before_instruction(std::uint32_t instruction);

    /// Cycles so far; exact between blocks and after a cut.
    std::uint64_t now() const { return meters_.front()->now().count(); }
    /// Something happens at this cycle: the first block boundary at or after it is not passed
    /// unseen.
    void set_deadline(std::uint64_t cycle) { deadline_ = cycle; }
    bool deadline_reached() const { return now() >= deadline_; }
    static constexpr std::uint64_t never = ~std::uint64_t {0};

    /// The stack of the context that runs went below its limit, to this address; 0: it did not.
    std::uint32_t overflowed_to() const { return overflowed_to_; }
    std::uint32_t stack_limit() const { return stack_limit_; }
    /// From now on every access of more than a byte must be aligned (CCR.UNALIGN_TRP, Armv6-M).
    void trap_unaligned(bool on) { strictly_aligned_ = on; }
    bool traps_unaligned() const { return strictly_aligned_; }
    /// From now on divides are watched before they execute (CCR.DIV_0_TRP), or no longer have to be.
    void trap_divides(bool on) { divides_trap_ = on; }
    /// Of the block at hand; null if it has none there.
    const Instruction* instruction_at(std::uint32_t address) const;
    /// The lowest address that a stack which begins at `top` may reach; 0: unknown. Below it is an alarm.
    using StackLimit = std::function<std::uint32_t(std::uint32_t top)>;
    void set_stack_limit(StackLimit limit) { stack_limit_of_ = std::move(limit); }

    /// The instruction that ran last.
    std::uint32_t last_instruction() const { return last_instruction_; }

    /// Cycles that no block explains (exception entry, sleep), charged to the instruction at
    /// `owner`.
    void charge(std::uint32_t owner, Cause cause, std::uint64_t cycles);
    /// What an exception moved to or from the stack.
    void count_stacking(std::uint32_t address, unsigned words, Access::Kind kind);

    /// Exceptions: the flow of control changes hands between two blocks; see CallStack.
    void exception_entered(unsigned exception, std::uint32_t handler, std::uint32_t frame, std::uint32_t stack_pointer);
    void exception_chained(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer);
    void exception_left(std::uint32_t to, std::uint32_t frame, std::uint32_t stack_pointer);
    /// A reset: everything active is left, and execution begins again in context 0.
    void restart(std::uint32_t first_pc, std::uint32_t stack_pointer);
    const CallStack& calls() const { return calls_; }

    bool limit_reached() const { return instructions_ >= limit_; }
    std::uint64_t instructions() const { return instructions_; }
    const Block* current() const { return path_ ? expected_->before->block : current_; }
    const BlockTable& blocks() const { return blocks_; }

    /// Must those of the block at hand be announced?
    bool expects_accesses() const { return current_ && !path_ && watched(*current_); }
    /// The block at hand is about to make the access of `instruction`, or, in exact mode, makes
    /// one.
    void observed(std::uint32_t instruction, std::uint32_t address);

    /// Bytes of the main stack that were in use at most, handlers included.
    std::uint32_t main_stack_bytes() const;
    /// Lowest stack pointer since the last call of this by the same reader; `add_stack_reader` numbers them.
    std::uint32_t take_recent_stack_low(std::size_t reader);
    std::size_t add_stack_reader();

    struct Doubts {                       // what could not be proven; counted, never guessed
        std::uint64_t observed_accesses = 0;
        std::uint64_t uncut_accesses = 0; // read the time of their block's start
    };
    const Doubts& doubts() const { return doubts_; }

private:
    Block& lookup(std::uint32_t address, std::uint32_t size);
    void note_stack_at_entry(const Block& block);
    void lower_stack(std::uint32_t address);
    void follow_stack_pointer();
    void expect_nothing();
    void expect_turns(const Block& block);
    bool more_turns();
    template <class Turn>
    std::uint64_t affordable_turns(const Turn& of) const;
    bool begin_path(Path& path);
    void finish_path(std::uint32_t next);
    void meter_path(std::uint64_t turns, std::size_t steps, bool left_by_branch);
    void leave_path();
    void tell_progress();
    void meter_turns(Block& block, std::uint64_t turns, const Recipe::Grouping& grouping, bool left_by_branch);
    bool watched(const Block& block) const { return block.observed || cut_ || mode_ == Mode::exact; }
    void flow_changed_hands();
    void find_stack_limit(std::uint32_t top);
    const std::vector<AlignedAccess>& must_align(const Block& block) const { return strictly_aligned_ ? block.aligned_strictly : block.aligned_always; }
    bool must_watch_divides(const Block& block) const { return divides_trap_ && block.divides && !block.divides_watched; }
    bool all_aligned(std::span<const AlignedAccess> accesses, const Recipe::Grouping& grouping) const;
    bool strides_aligned(std::span<const AlignedAccess> accesses, const Recipe::Grouping& grouping) const;

    Guest& guest_;
    Mode mode_;
    BlockTable blocks_;
    CallStack calls_;
    std::vector<Meter*> meters_;
    std::vector<Listener*> listeners_;

    PathFinder finder_;
    Recipe::Memory memory_;
    // What would be another turn of the block at hand, or the next step of the path at hand.
    const Path::Step* expected_;
    const Path::Step* turn_begins_ = nullptr; // the step that opens a turn
    const Path::Step nothing_;
    Path::Step same_again_; // of a loop of one block
    std::uint64_t turns_ = 0, turn_limit_ = 0;
    bool strides_known_ = false;
    Block* current_ = nullptr; // of a path: its first
    Path* path_ = nullptr; // at hand
    Block* previous_ = nullptr;
    std::uint64_t previous_turns_ = 0;
    std::array<std::uint32_t, 16> registers_ {};
    std::vector<Recipe::Stream> streams_;
    std::vector<char> seen_;    // by operand: its access was announced
    std::vector<char> skipped_; // by operand: it should have been, and was not
    std::size_t next_observed_ = 0;
    std::uint64_t instructions_ = 0, limit_ = ~std::uint64_t {0}, progress_at_ = 0;
    std::uint64_t deadline_ = never;
    std::uint32_t last_instruction_ = 0;
    bool strictly_aligned_ = false, divides_trap_ = false;
    std::uint32_t overflowed_to_ = 0;
    StackLimit stack_limit_of_;
    std::uint32_t stack_limit_ = 0; // of the context that runs
    std::vector<std::uint32_t> recent_stack_lows_; // by reader
    bool read_stack_next_ = false;
    bool on_process_stack_ = false;
    std::uint32_t cut_access_ = ~0u; // the instruction before which it was cut
    bool cut_ = false;               // the block at hand is the rest of one that was cut
    Doubts doubts_;
};

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/cycle_account.h"
#include "sim/decode/block.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sim {

/// What the pipeline needs to know of where a memory operand lies; waits of flash and caches come on top, from
/// MemorySystem.
struct OperandClass {
    std::uint8_t group = 0; // loads pipeline with each other only within a group of banks
    std::uint8_t chain_wait = 0; // extra cycles where a chain of loads begins in this bank
    bool skipped = false; // its condition failed
    bool operator==(const OperandClass&) const = default;
};

/// A small number that stands for the state of a pipeline between two blocks.
using PipelineState = std::uint32_t;
inline constexpr PipelineState cold_pipeline = 0;

enum class Left : std::uint8_t { falling_through, by_branch };

struct Charge {
    std::uint16_t instruction = 0; // index into the block
    Cause cause = Cause::issue;
    std::uint32_t cycles = 0;
    bool operator==(const Charge&) const = default;
};

/// What one execution of a block costs if memory never waits.
struct BlockTiming {
    std::vector<Charge> charges;
    std::vector<std::uint32_t> issue_at; // by instruction: cycles from the block's start
    std::uint32_t cycles = 0; // the sum of the charges
    std::uint32_t misprediction = 0; // more, if the branch at its end was guessed wrong; 0: this core does not guess
    PipelineState exit = cold_pipeline;
};

/// The seam between blocks and cores: what a block costs, entered in a pipeline state, is a pure function of that
/// state, of where its operands lie and of how it is left. Whoever asks keeps the answer.
class CoreTiming {
public:
    virtual ~CoreTiming() = default;
    virtual BlockTiming time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left) = 0;
    /// Extra cycles of an access at an address that is not a multiple of its size.
    virtual std::uint32_t unaligned_penalty(Access::Kind kind, unsigned bytes, std::uint32_t address) const = 0;
};

/// The pipeline that the core's file asks for. InputError if the file has a row or rule that the pipeline does not
/// know, or lacks one that it needs.
std::unique_ptr<CoreTiming> make_core_timing(const mcu::CoreModel& core);

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/meter.h"

#include "base/check.h"
#include "sim/operand_streams.h"

#include <algorithm>
#include <array>
#include <map>

namespace sim {

namespace {

constexpr std::array traffic_counts = {&RegionTraffic::reads, &RegionTraffic::read_bytes, &RegionTraffic::writes, &RegionTraffic::write_bytes,
    &RegionTraffic::fetch_bytes, &RegionTraffic::data_hits, &RegionTraffic::data_misses, &RegionTraffic::fetch_hits, &RegionTraffic::fetch_misses};
static_assert(sizeof(RegionTraffic) == traffic_counts.size() * sizeof(std::uint64_t), "a count is missing in the table");

constexpr std::array reading_counts
    = {&Reading::instructions, &Reading::macs, &Reading::divides, &Reading::unaligned, &Reading::unmodeled, &Reading::stalled};

} // namespace

RegionTraffic& RegionTraffic::operator+=(const RegionTraffic& other)
{
    for (auto count : traffic_counts)
        this->*count += other.*count;
    return *this;
}

RegionTraffic& RegionTraffic::operator-=(const RegionTraffic& other)
{
    for (auto count : traffic_counts)
        this->*count -= other.*count;
    return *this;
}

Reading& Reading::operator+=(const Reading& other)
{
    cycles += other.cycles;
    for (auto count : reading_counts)
        this->*count += other.*count;
    traffic.resize(std::max(traffic.size(), other.traffic.size()));
    for (std::size_t i = 0; i < other.traffic.size(); ++i)
        traffic[i] += other.traffic[i];
    return *this;
}

Reading& Reading::operator-=(const Reading& other)
{
    cycles -= other.cycles;
    for (auto count : reading_counts)
        this->*count -= other.*count;
    for (std::size_t i = 0; i < other.traffic.size(); ++i)
        traffic.at(i) -= other.traffic[i];
    return *this;
}

Meter::Meter(const mcu::ChipModel& chip)
    : timing_(make_core_timing(chip.core))
    , memory_(chip)
{
    for (const mcu::Region& region : chip.regions) {
        region_names_.push_back(region.name);
        // Where flash never waits the chip is an ideal one and all its memory is one bank to a chain of loads.
        bool banks = !chip.flash_wait_states.empty();
        classes_.push_back({.group = static_cast<std::uint8_t>(banks ? classes_.size() + 1 : 0),
            .chain_wait = static_cast<std::uint8_t>(region.load_chain_wait)});
    }
    for (const mcu::Region& region : chip.regions) {
        mcu::ChipModel::Waits waits = chip.waits_of(region);
        longest_wait_ = std::max<std::uint64_t>(longest_wait_, std::max({waits.read, waits.write, waits.fetch}) + region.prefetch); // a line asked for a cycle ago
    }
    region_names_.push_back("peripherals");
    classes_.push_back({.group = 0xfe});
    forget();
}

std::string_view Meter::region_name(std::size_t index) const { return region_names_.at(index); }

Meter::BlockState& Meter::first_seen(const Block& block)
{
    if (block.id >= blocks_.size()) {
        blocks_.resize(block.id + 1);
        block_of_.resize(block.id + 1);
    }
    BlockState& state = blocks_[block.id];
    state.seen = true;
    block_of_[block.id] = &block;
    state.code_region = memory_.region_at(block.address);
    state.code_waits = memory_.code_can_wait(state.code_region);
    return state;
}

namespace {

Recipe::Stream operand_stream(const BlockRun& run, std::size_t operand)
{
    const Recipe::Place& place = run.grouping->places[operand];
    const Recipe::Stream& group = run.streams[place.group];
    return {group.start + static_cast<std::uint32_t>(place.offset), group.stride};
}

} // namespace

std::uint32_t Meter::signature_of(BlockState& state, const BlockRun& run)
{
    auto skipped = [&](std::size_t i) { return !run.skipped.empty() && run.skipped[i]; };
    auto matches = [&](const Signature& signature) {
        if (signature.grouping != run.grouping)
            return false;
        for (std::size_t g = 0; g < run.streams.size(); ++g) {
            const mcu::AddressRange& range = signature.ranges[g];
            if (skipped(g) ? range.size != 0 : !lies_in(range, run.grouping->groups[g], run.streams[g].start))
                return false;
        }
        return true;
    };
    if (state.latest_signature < state.signatures.size() && matches(*state.signatures[state.latest_signature]))
        return state.latest_signature;
    for (std::uint32_t i = 0; i < state.signatures.size(); ++i)
        if (matches(*state.signatures[i]))
            return state.latest_signature = i;
    return state.latest_signature = new_signature(state, run);
}

std::uint32_t Meter::new_signature(BlockState& state, const BlockRun& run)
{
    auto made = std::make_unique<Signature>();
    made->grouping = run.grouping;
    for (std::size_t g = 0; g < run.streams.size(); ++g) {
        bool skipped = !run.skipped.empty() && run.skipped[g];
        // The start of a group need not be touched itself.
        std::uint32_t lowest = run.streams[g].start + static_cast<std::uint32_t>(run.grouping->groups[g].low);
        made->ranges.push_back(skipped ? mcu::AddressRange {} : memory_.range_at(lowest));
    }
    for (std::size_t i = 0; i < run.block->operands.size(); ++i) {
        std::uint16_t group = run.grouping->places[i].group;
        RegionIndex region = made->ranges[group].size == 0 ? skipped_region : memory_.region_at(operand_stream(run, i).start);
        made->regions.push_back(region);
        made->classes.push_back(region == skipped_region ? OperandClass {.skipped = true} : classes_[region]);
        if (region == skipped_region)
            continue;
        made->waits = made->waits || memory_.data_can_wait(region);
        made->shares_cache = made->shares_cache || memory_.share_cache(state.code_region, region);
    }
    state.signatures.push_back(std::move(made));
    return static_cast<std::uint32_t>(state.signatures.size() - 1);
}

Meter::Variant& Meter::variant_of(BlockState& state, const Block& block, PipelineState entry, std::uint32_t signature, Left left)
{
    auto is_it = [&](const Variant& v) { return v.entry == entry && v.signature_index == signature && v.left == left; };
    Variant*& latest = state.latest[static_cast<std::size_t>(left)];
    if (latest && is_it(*latest))
        return *latest;
    for (const auto& variant : state.variants)
        if (is_it(*variant))
            return *(latest = variant.get());

    auto made = std::make_unique<Variant>();
    made->block = &block;
    made->signature = state.signatures[signature].get();
    made->entry = entry;
    made->signature_index = signature;
    made->left = left;
    made->code_region = state.code_region;
    made->timing = timing_->time(block, entry, made->signature->classes, left);
    for (const Charge& charge : made->timing.charges) {
        made->cycles.charge(charge.cause, base::Cycles(charge.cycles));
        made->unmodeled += charge.cause == Cause::unmodeled;
    }
    CHECK(made->cycles.total().count() == made->timing.cycles);
    if (made->timing.misprediction)
        made->guess = &predictor_.counter_of(block.last());
    state.variants.push_back(std::move(made));
    return *(latest = state.variants.back().get());
}

void Meter::count(Variant& variant, std::uint64_t turns)
{
    now_ += base::Cycles(variant.timing.cycles) * turns;
    pipeline_ = variant.timing.exit;
    mark(variant, turns);
    if (variant.guess)
        guess_branches(variant, turns);
}

void Meter::mark(Variant& variant, std::uint64_t turns)
{
    variant.turns += turns;
    if (!variant.unpriced) {
        variant.unpriced = true;
        unpriced_.push_back(&variant);
    }
}

void Meter::guess_branches(Variant& variant, std::uint64_t turns)
{
    const Block& block = *variant.block;
    if (std::uint32_t wrong = variant.guess->resolve(variant.left == Left::by_branch, turns))
        charge(blocks_[block.id], block, static_cast<std::uint16_t>(block.count() - 1), Cause::branch_refill, std::uint64_t {wrong} * variant.timing.misprediction);
}

Meter::Extent Meter::extent_of(const BlockRun& run, const Signature& signature)
{
    Extent extent {.turns = run.turns, .unaligned = false};
    for (std::size_t g = 0; g < run.streams.size(); ++g) {
        const Recipe::Stream& stream = run.streams[g];
        const Recipe::Group& group = run.grouping->groups[g];
        extent.unaligned = extent.unaligned || !is_aligned(group, stream, run.turns);
        if (run.turns > 1 && signature.ranges[g].size != 0)
            extent.turns = std::min(extent.turns, turns_inside(signature.ranges[g], group, stream));
    }
    return extent;
}

bool Meter::straddles(const BlockRun& run) const
{
    for (std::size_t g = 0; g < run.streams.size(); ++g) {
        bool skipped = !run.skipped.empty() && run.skipped[g];
        if (!skipped && !lies_in(memory_.range_at(run.streams[g].start + static_cast<std::uint32_t>(run.grouping->groups[g].low)), run.grouping->groups[g], run.streams[g].start))
            return true;
    }
    return false;
}

/// A group that lies across the border of two banks: each operand for itself.
void Meter::add_ungrouped(const BlockRun& run)
{
    std::vector<Recipe::Stream> streams;
    for (std::size_t i = 0; i < run.block->operands.size(); ++i)
        streams.push_back(operand_stream(run, i));
    for (std::uint64_t turn = 0; turn < run.turns; ++turn) {
        BlockRun single = run;
        single.turns = 1;
        single.grouping = &run.block->singles;
        single.streams = streams;
        single.left_by_branch = turn + 1 < run.turns || run.left_by_branch;
        add(single);
        move_on(streams, 1);
    }
}

/// What nearly every run is: one turn, where the block's operands lay last time, aligned, in a pipeline state seen last
/// time. False if it is anything else; then nothing has happened.
bool Meter::add_familiar(const BlockRun& run)
{
    if (run.turns != 1 || run.block->id >= blocks_.size() || !run.skipped.empty())
        return false;
    BlockState& state = blocks_[run.block->id];
    Variant* variant = state.latest[run.left_by_branch];
    if (!variant || variant->entry != pipeline_ || state.code_waits)
        return false;
    const Signature& signature = *variant->signature;
    if (signature.grouping != run.grouping || signature.waits)
        return false;
    const Recipe::Group* groups = run.grouping->groups.data();
    const mcu::AddressRange* ranges = signature.ranges.data();
    for (std::size_t g = 0; g < run.streams.size(); ++g) {
        if (!lies_in(ranges[g], groups[g], run.streams[g].start) || !is_aligned(groups[g], run.streams[g], 1))
            return false;
    }
    count(*variant, 1);
    return true;
}

void Meter::add(const BlockRun& run)
{
    if (add_familiar(run))
        return;
    BlockState& state = state_of(*run.block);
    std::size_t known = state.signatures.size();
    std::uint32_t signature = signature_of(state, run);
    if (state.signatures.size() != known && run.grouping != &run.block->singles && straddles(run)) {
        state.signatures.pop_back();
        state.latest_signature = 0;
        add_ungrouped(run);
        return;
    }
    Extent extent = extent_of(run, *state.signatures[signature]);
    if (extent.turns >= run.turns) {
        add_within_regions(state, run, signature, run.turns, run.left_by_branch, extent.unaligned);
        return;
    }
    // A stream reaches another bank: the rest is a run of its own.
    add_within_regions(state, run, signature, extent.turns, true, extent.unaligned);
    std::vector<Recipe::Stream> rest(run.streams.begin(), run.streams.end());
    move_on(rest, extent.turns);
    BlockRun next = run;
    next.turns -= extent.turns;
    next.streams = rest;
    add(next);
}

/// How many turns may be priced code first and data then, and still cost what they do one after the other.
std::uint64_t Meter::turns_at_once(BlockState& state, const BlockRun& run, const Signature& signature, bool unaligned, std::uint64_t turns)
{
    // A prefetch under way ends by the clock: how long a turn waits for data decides how long the next waits for code.
    if ((unaligned || signature.waits) && memory_.may_await_prefetch(state.code_region, state.residence))
        return 1;
    // Code and data of one cache throw each other out, but not while both stay where they are.
    if (!signature.shares_cache)
        return turns;
    if (!memory_.resident(state.code_region, state.residence))
        return 1;
    return std::max<std::uint64_t>(1, memory_.quiet_turns(waiting_streams(run, signature), turns));
}

void Meter::add_within_regions(BlockState& state, const BlockRun& run, std::uint32_t signature, std::uint64_t turns, bool leaves, bool unaligned)
{
    const Signature& where = *state.signatures[signature];
    std::vector<Recipe::Stream> streams;
    BlockRun rest = run;
    while (turns > 1 && state.code_waits) {
        std::uint64_t at_once = turns_at_once(state, rest, where, unaligned, turns);
        if (at_once == turns)
            break;
        add_turns(state, rest, signature, at_once, true, unaligned);
        turns -= at_once;
        if (streams.empty())
            streams.assign(run.streams.begin(), run.streams.end());
        move_on(streams, at_once);
        rest.streams = streams;
    }
    add_turns(state, rest, signature, turns, leaves, unaligned);
}

void Meter::add_turns(BlockState& state, const BlockRun& run, std::uint32_t signature, std::uint64_t turns, bool leaves, bool unaligned)
{
    const Block& block = *run.block;
    const Signature& where = *state.signatures[signature];
    auto add_alike = [&](Variant& variant, std::uint64_t n) {
        base::Cycles from = now_;
        count(variant, n);
        if (state.code_waits)
            add_fetches(state, block, variant, from, n);
    };

    // Turns by the branch back to the start: the pipeline settles after a few, the rest are all alike.
    for (std::uint64_t back = turns - 1; back > 0;) {
        Variant& variant = variant_of(state, block, pipeline_, signature, Left::by_branch);
        bool settled = variant.timing.exit == variant.entry;
        std::uint64_t n = settled ? back : 1;
        add_alike(variant, n);
        back -= n;
    }
    add_alike(variant_of(state, block, pipeline_, signature, leaves ? Left::by_branch : Left::falling_through), 1);

    if (unaligned)
        add_unaligned(run, where, turns);
    if (where.waits)
        add_waits(state, run, where, turns);
}

void Meter::charge(BlockState& state, const Block& block, std::uint16_t instruction, Cause cause, std::uint64_t cycles)
{
    if (state.waits.empty())
        state.waits.resize(block.instructions.size());
    state.waits[instruction].charge(cause, base::Cycles(cycles));
    reading_.cycles.charge(cause, base::Cycles(cycles));
    reading_.stalled += cycles;
    now_ += base::Cycles(cycles);
}

void Meter::add_fetches(BlockState& state, const Block& block, const Variant& variant, base::Cycles from, std::uint64_t turns)
{
    waits_.clear();
    memory_.fetch(block, state.code_region, state.residence, variant.timing.issue_at, variant.timing.cycles, from, turns, waits_);
    for (const Wait& wait : waits_)
        charge(state, block, wait.instruction, Cause::fetch_wait, wait.cycles);
}

void Meter::add_unaligned(const BlockRun& run, const Signature& signature, std::uint64_t turns)
{
    for (std::size_t i = 0; i < run.block->operands.size(); ++i)
        if (signature.regions[i] != skipped_region)
            charge_unaligned(*run.block, i, operand_stream(run, i), turns);
}

void Meter::charge_unaligned(const Block& block, std::size_t operand, const Recipe::Stream& stream, std::uint64_t turns)
{
    const Instruction& in = block.instructions[block.operands[operand].instruction];
    if (!((stream.start | stream.stride) & (in.access.bytes - 1u)))
        return;
    // The address modulo 4 repeats after at most four turns.
    std::uint64_t cycles = 0, split = 0;
    for (std::uint64_t phase = 0; phase < 4 && phase < turns; ++phase) {
        std::uint64_t times = (turns - phase + 3) / 4;
        std::uint32_t address = stream.start + static_cast<std::uint32_t>(phase) * stream.stride;
        split += address % in.access.bytes ? times : 0;
        cycles += times * timing_->unaligned_penalty(in.access.kind, in.access.bytes, address);
    }
    reading_.unaligned += split;
    if (cycles)
        charge(blocks_[block.id], block, block.operands[operand].instruction, in.is_load() ? Cause::load_wait : Cause::store_wait, cycles);
}

/// What the run's operands do in memory that may make them wait, in program order.
std::span<const AccessStream> Meter::waiting_streams(const BlockRun& run, const Signature& signature)
{
    const Block& block = *run.block;
    streams_.clear();
    for (std::size_t i = 0; i < block.operands.size(); ++i) {
        RegionIndex region = signature.regions[i];
        if (region == skipped_region || !memory_.data_can_wait(region))
            continue;
        const Access& access = block.instructions[block.operands[i].instruction].access;
        Recipe::Stream stream = operand_stream(run, i);
        streams_.push_back({block.operands[i].instruction, region, access.kind, access.bytes, access.count, stream.start, stream.stride});
    }
    return streams_;
}

void Meter::add_waits(BlockState& state, const BlockRun& run, const Signature& signature, std::uint64_t turns)
{
    const Block& block = *run.block;
    waiting_streams(run, signature);
    waits_.clear();
    memory_.run(streams_, turns, waits_);
    for (const Wait& wait : waits_) {
        bool load = block.instructions[wait.instruction].is_load();
        charge(state, block, wait.instruction, load ? Cause::load_wait : Cause::store_wait, wait.cycles);
    }
}

void Meter::charge_at(std::uint32_t owner, Cause cause, base::Cycles cycles)
{
    charged_[owner].charge(cause, cycles);
    reading_.cycles.charge(cause, cycles);
    now_ += cycles;
    pipeline_ = cold_pipeline;
}

void Meter::count_stacking(std::uint32_t address, unsigned words, Access::Kind kind)
{
    RegionTraffic& traffic = reading_.traffic[memory_.region_at(address)];
    (kind == Access::Kind::load ? traffic.reads : traffic.writes) += words;
    (kind == Access::Kind::load ? traffic.read_bytes : traffic.write_bytes) += std::uint64_t {4} * words;
}

std::uint64_t Meter::longest_turn(const Block& block)
{
    BlockState& state = state_of(block);
    if (state.longest_turn)
        return state.longest_turn;
    // More than any row and rule of any core: what an instruction waits for or costs; divides take longer.
    constexpr std::uint64_t hazard = 24, long_divide = 32;
    auto divides = [](TimingClass c) {
        return c == TimingClass::divide || c == TimingClass::fp_divide || c == TimingClass::fp_double_divide;
    };
    state.longest_turn = longest_wait_; // of the first instruction's second line
    for (const Instruction& in : block.instructions)
        state.longest_turn += hazard + 2u * in.words + (divides(in.timing_class) ? long_divide : 0) + longest_wait_ * (1u + in.access.count);
    return state.longest_turn;
}

void Meter::price()
{
    settle_paths();
    for (Variant* variant : unpriced_) {
        reading_.cycles += variant->cycles * (variant->turns - variant->priced);
        variant->priced = variant->turns;
        variant->unpriced = false;
        if (!variant->dirty) {
            variant->dirty = true;
            dirty_.push_back(variant);
        }
    }
    unpriced_.clear();
}

const CycleAccount& Meter::cycles_by_cause()
{
    price();
    return reading_.cycles;
}

void Meter::settle()
{
    price();
    for (Variant* variant : dirty_) {
        std::uint64_t turns = variant->turns - variant->settled;
        variant->settled = variant->turns;
        variant->dirty = false;
        const Block& block = *variant->block;
        reading_.instructions += block.count() * turns;
        reading_.macs += block.macs * turns;
        reading_.unmodeled += variant->unmodeled * turns;
        reading_.traffic[variant->code_region].fetch_bytes += block.size * turns;
        for (const Instruction& in : block.instructions)
            reading_.divides += in.timing_class == TimingClass::divide ? turns : 0;
        for (std::size_t i = 0; i < block.operands.size(); ++i) {
            RegionIndex region = variant->signature->regions[i];
            if (region == skipped_region)
                continue;
            const Access& access = block.instructions[block.operands[i].instruction].access;
            RegionTraffic& traffic = reading_.traffic[region];
            std::uint64_t accesses = turns * access.count;
            (access.kind == Access::Kind::load ? traffic.reads : traffic.writes) += accesses;
            (access.kind == Access::Kind::load ? traffic.read_bytes : traffic.write_bytes) += accesses * access.bytes;
        }
    }
    dirty_.clear();
    for (std::size_t i = 0; i < reading_.traffic.size(); ++i) {
        MemorySystem::Counts& data = memory_.data_counts(static_cast<RegionIndex>(i));
        MemorySystem::Counts& fetch = memory_.fetch_counts(static_cast<RegionIndex>(i));
        reading_.traffic[i].data_hits += data.hits;
        reading_.traffic[i].data_misses += data.misses;
        reading_.traffic[i].fetch_hits += fetch.hits;
        reading_.traffic[i].fetch_misses += fetch.misses;
        data = {};
        fetch = {};
    }
}

const Reading& Meter::read()
{
    settle();
    return reading_;
}

void Meter::forget()
{
    settle();
    for (BlockState& state : blocks_) {
        state.waits.clear();
        for (auto& variant : state.variants)
            variant->turns = variant->settled = variant->priced = 0;
    }
    charged_.clear();
    reading_ = {};
    reading_.traffic.resize(memory_.region_count());
}

std::vector<InstructionCost> Meter::instructions()
{
    settle();
    std::map<std::uint32_t, InstructionCost> by_address;
    auto row = [&](const Instruction& in) -> InstructionCost& {
        InstructionCost& cost = by_address[in.address];
        cost.address = in.address;
        cost.size = in.size;
        return cost;
    };
    for (std::size_t id = 0; id < blocks_.size(); ++id) {
        const BlockState& state = blocks_[id];
        for (const auto& variant : state.variants) {
            if (variant->turns == 0)
                continue;
            for (const Instruction& in : variant->block->instructions)
                row(in).executions += variant->turns;
            for (const Charge& charge : variant->timing.charges)
                row(variant->block->instructions[charge.instruction]).cycles.charge(charge.cause, base::Cycles(charge.cycles) * variant->turns);
        }
        for (std::size_t i = 0; i < state.waits.size(); ++i)
            if (state.waits[i].total().count() > 0) {
                InstructionCost& cost = row(block_of_[id]->instructions[i]);
                cost.cycles += state.waits[i];
                cost.stalled += state.waits[i].total().count();
            }
    }
    for (const auto& [owner, cycles] : charged_) {
        InstructionCost& cost = by_address[owner];
        cost.address = owner;
        cost.cycles += cycles;
    }
    std::vector<InstructionCost> result;
    for (auto& [address, cost] : by_address)
        result.push_back(cost);
    return result;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/recipe.h"

#include "sim/decode/recipe_builder.h"

#include <algorithm>

namespace sim {

Recipe::Recipe(std::span<const Instruction> instructions, Turns turns) { RecipeBuilder(instructions, turns).write(*this); }

std::uint32_t apply(Semantics function, std::uint32_t x, std::uint32_t y, std::uint8_t shift, std::uint32_t immediate)
{
    switch (function) {
    case Semantics::multiply_add: return x * y;
    case Semantics::shift_right_logical: return x >> immediate;
    case Semantics::shift_right_arithmetic: return static_cast<std::uint32_t>(static_cast<std::int32_t>(x) >> immediate);
    case Semantics::bitwise_and: return x & immediate;
    case Semantics::unsigned_extract: return (x >> shift) & immediate;
    case Semantics::sign_extend_byte: return static_cast<std::uint32_t>(static_cast<std::int8_t>(x));
    case Semantics::sign_extend_half: return static_cast<std::uint32_t>(static_cast<std::int16_t>(x));
    case Semantics::move_top: return (x & 0xffff) | (immediate << 16);
    default: return 0;
    }
}

std::uint32_t Recipe::value_of(const Form& form) const
{
    std::uint32_t value = form.constant;
    for (unsigned t = form.begin; t < form.end; ++t)
        value += terms_[t].factor * values_[terms_[t].atom];
    return value;
}

/// False if an atom of the form does not grow evenly.
bool Recipe::delta_of(const Form& form, std::uint32_t& delta) const
{
    delta = 0;
    for (unsigned t = form.begin; t < form.end; ++t) {
        if (!linear_[terms_[t].atom])
            return false;
        delta += terms_[t].factor * deltas_[terms_[t].atom];
    }
    return true;
}

bool Recipe::evaluate_atom(std::size_t index, std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context)
{
    const Atom& a = atoms_[index];
    switch (a.kind) {
    case Atom::Kind::entry_register: values_[index] = registers[a.reg]; return true;
    case Atom::Kind::memory: {
        std::optional<std::uint32_t> word = read(context, value_of(a.x), a.bytes);
        if (!word)
            return false;
        values_[index] = !a.sign_extend ? *word : apply(a.bytes == 1 ? Semantics::sign_extend_byte : Semantics::sign_extend_half, *word, 0, 0, 0);
        return true;
    }
    case Atom::Kind::function: values_[index] = apply(a.function, value_of(a.x), value_of(a.y), a.shift, a.immediate); return true;
    }
    return false;
}

void Recipe::find_delta(std::size_t index)
{
    const Atom& a = atoms_[index];
    std::uint32_t dx = 0, dy = 0, grows = 0;
    linear_[index] = false;
    if (a.kind == Atom::Kind::function) {
        bool even = delta_of(a.x, dx) && delta_of(a.y, dy);
        linear_[index] = even && ((dx == 0 && dy == 0) || (a.function == Semantics::multiply_add && (dx == 0 || dy == 0)));
        deltas_[index] = dx != 0 ? dx * value_of(a.y) : dy != 0 ? dy * value_of(a.x) : 0;
        return;
    }
    if (a.kind == Atom::Kind::memory && (!delta_of(a.x, dx) || dx != 0))
        return;
    linear_[index] = a.growth_known && delta_of(a.growth, grows) && grows == 0;
    deltas_[index] = linear_[index] ? value_of(a.growth) : 0;
}

Recipe::Result Recipe::evaluate(
    std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context, std::vector<Stream>& streams, Turns turns)
{
    streams.resize(grouping_.groups.size());
    if (direct_) {
        for (std::size_t i = 0; i < directs_.size(); ++i) {
            const Direct& d = directs_[i];
            streams[i] = {d.constant + registers[d.a] + d.factor * registers[d.b], d.stride};
        }
        return Result::linear;
    }
    for (std::size_t i = 0; i < atoms_.size(); ++i)
        if (!evaluate_atom(i, registers, read, context))
            return Result::unresolved;
    for (std::size_t i = 0; i < addresses_.size(); ++i)
        streams[i] = {value_of(addresses_[i]), 0};
    Result result = turns == Turns::one ? Result::first_only : find_strides(streams);
    return checks_.empty() ? result : overlap_checked(result, streams);
}

Recipe::Result Recipe::find_strides(std::vector<Stream>& streams)
{
    if (direct_)
        return Result::linear;
    // What an atom grows by may rest on atoms that come later in the order: a second pass settles those.
    std::ranges::fill(linear_, std::uint8_t {0});
    bool settled = false;
    for (int pass = 0; pass < 2 && !settled; ++pass) {
        settled = true;
        for (std::size_t i = 0; i < atoms_.size(); ++i) {
            if (!linear_[i])
                find_delta(i);
            settled = settled && linear_[i];
        }
    }
    Result result = Result::linear;
    for (std::size_t i = 0; i < addresses_.size(); ++i)
        if (!delta_of(addresses_[i], streams[i].stride))
            result = Result::first_only;
    return result;
}

Recipe::Stream Recipe::stream_of(std::size_t operand, std::span<const Stream> streams) const
{
    const Place& place = grouping_.places[operand];
    const Stream& group = streams[place.group];
    return {group.start + static_cast<std::uint32_t>(place.offset), group.stride};
}

Recipe::Grouping Recipe::singles() const
{
    Grouping grouping;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        grouping.places.push_back({static_cast<std::uint16_t>(i), 0});
        grouping.groups.push_back({.low = 0, .high = sizes_[i], .alignment_mask = access_bytes_[i] - 1u, .offsets_aligned = true});
    }
    return grouping;
}

Recipe::Result Recipe::overlap_checked(Result result, std::span<const Stream> streams) const
{
    for (const Atom& a : atoms_) {
        if (a.checks_begin == a.checks_end)
            continue;
        std::uint32_t at = value_of(a.x);
        for (unsigned c = a.checks_begin; c < a.checks_end; ++c) {
            std::size_t store = checks_[c];
            std::uint32_t ahead = at - stream_of(store, streams).start;
            if (ahead < sizes_[store] || ahead > 0u - a.bytes)
                return Result::unresolved;
        }
    }
    return result;
}

std::uint64_t Recipe::undisturbed_turns(std::span<const Stream> streams) const
{
    std::uint64_t turns = ~std::uint64_t {0};
    for (const Atom& a : atoms_) {
        if (a.checks_begin == a.checks_end)
            continue;
        std::int64_t at = value_of(a.x);
        for (unsigned c = a.checks_begin; c < a.checks_end; ++c) {
            Stream store = stream_of(checks_[c], streams);
            auto stride = static_cast<std::int64_t>(static_cast<std::int32_t>(store.stride));
            std::int64_t first = store.start, behind = at - (first + sizes_[checks_[c]]), ahead = first - (at + a.bytes);
            // The first turn in which the store is at the word or beyond it; in the very first it is apart.
            if (stride > 0 && behind >= 0)
                turns = std::min(turns, static_cast<std::uint64_t>(behind / stride) + 1);
            if (stride < 0 && ahead >= 0)
                turns = std::min(turns, static_cast<std::uint64_t>(ahead / -stride) + 1);
        }
    }
    return turns;
}

} // namespace sim

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

inline std::uint32_t Recipe::value_of(const Form& form) const
{
    std::uint32_t value = form.constant;
    const std::uint32_t* values = values_.data();
    const Term* end = terms_.data() + form.end;
    for (const Term* term = terms_.data() + form.begin; term != end; ++term)
        value += term->factor * values[term->value];
    return value;
}

/// False if what the form is made of does not grow evenly.
bool Recipe::delta_of(const Form& form, std::uint32_t& delta) const
{
    delta = 0;
    for (unsigned t = form.begin; t < form.end; ++t) {
        if (!linear_[terms_[t].value])
            return false;
        delta += terms_[t].factor * deltas_[terms_[t].value];
    }
    return true;
}

inline bool Recipe::evaluate_atom(std::size_t index, Memory& memory)
{
    const Atom& a = atoms_[index];
    std::uint32_t& value = values_[registers_end + index];
    if (a.kind == Atom::Kind::function) {
        value = apply(a.function, value_of(a.x), value_of(a.y), a.shift, a.immediate);
        return true;
    }
    words_at_[index] = value_of(a.x);
    if (!memory.read(words_at_[index], a.bytes, value))
        return false;
    if (a.sign_extend)
        value = apply(a.bytes == 1 ? Semantics::sign_extend_byte : Semantics::sign_extend_half, value, 0, 0, 0);
    return true;
}

void Recipe::find_delta(const Growth& growth)
{
    std::uint32_t dx = 0, dy = 0, grows = 0;
    std::size_t index = growth.value;
    if (index >= registers_end) {
        const Atom& a = atoms_[index - registers_end];
        if (a.kind == Atom::Kind::function) {
            bool even = delta_of(a.x, dx) && delta_of(a.y, dy);
            linear_[index] = even && ((dx == 0 && dy == 0) || (a.function == Semantics::multiply_add && (dx == 0 || dy == 0)));
            deltas_[index] = dx != 0 ? dx * value_of(a.y) : dy != 0 ? dy * value_of(a.x) : 0;
            return;
        }
        if (!delta_of(a.x, dx) || dx != 0)
            return;
    }
    linear_[index] = growth.known && delta_of(growth.form, grows) && grows == 0;
    deltas_[index] = linear_[index] ? value_of(growth.form) : 0;
}

Recipe::Result Recipe::evaluate(std::span<const std::uint32_t, 16> registers, Memory& memory, std::vector<Stream>& streams, Turns turns)
{
    streams.resize(grouping_.groups.size());
    if (direct_) {
        for (std::size_t i = 0; i < directs_.size(); ++i) {
            const Direct& d = directs_[i];
            streams[i] = {d.constant + registers[d.a] + d.factor * registers[d.b], d.stride};
        }
        return Result::linear;
    }
    std::ranges::copy(registers, values_.begin());
    for (std::size_t i = 0, count = atoms_.size(); i < count; ++i)
        if (!evaluate_atom(i, memory))
            return Result::unresolved;
    Stream* stream = streams.data();
    for (const Form& address : addresses_)
        *stream++ = {value_of(address), 0};
    if (!apart(streams))
        return Result::unresolved;
    return turns == Turns::one ? Result::first_only : find_strides(streams);
}

Recipe::Result Recipe::find_strides(std::vector<Stream>& streams)
{
    if (direct_)
        return Result::linear;
    // What a value grows by may rest on values that come later in the order: a second pass settles those.
    std::ranges::fill(linear_, std::uint8_t {0});
    bool settled = false;
    for (int pass = 0; pass < 2 && !settled; ++pass) {
        settled = true;
        for (const Growth& growth : growths_) {
            if (!linear_[growth.value])
                find_delta(growth);
            settled = settled && linear_[growth.value];
        }
    }
    Result result = Result::linear;
    for (std::size_t i = 0; i < addresses_.size(); ++i)
        if (!delta_of(addresses_[i], streams[i].stride))
            result = Result::first_only;
    return result;
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

/// Does no store of the first turn touch a word that addresses rest on?
bool Recipe::apart(std::span<const Stream> streams) const
{
    for (const Check& check : checks_) {
        std::uint32_t ahead = words_at_[check.atom] - (streams[check.group].start + static_cast<std::uint32_t>(check.offset));
        if (ahead < check.store_bytes || ahead > 0u - check.bytes)
            return false;
    }
    return true;
}

std::uint64_t Recipe::undisturbed_turns(std::span<const Stream> streams) const
{
    std::uint64_t turns = ~std::uint64_t {0};
    for (const Check& check : checks_) {
        const Stream& group = streams[check.group];
        auto stride = static_cast<std::int64_t>(static_cast<std::int32_t>(group.stride));
        std::int64_t at = words_at_[check.atom], first = group.start + static_cast<std::uint32_t>(check.offset);
        std::int64_t behind = at - (first + check.store_bytes), ahead = first - (at + check.bytes);
        // The first turn in which the store is at the word or beyond it; in the very first it is apart.
        if (stride > 0 && behind >= 0)
            turns = std::min(turns, static_cast<std::uint64_t>(behind / stride) + 1);
        if (stride < 0 && ahead >= 0)
            turns = std::min(turns, static_cast<std::uint64_t>(ahead / -stride) + 1);
    }
    return turns;
}

} // namespace sim

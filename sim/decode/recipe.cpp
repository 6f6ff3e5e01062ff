// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/recipe.h"

#include <algorithm>
#include <array>

namespace sim {

Recipe::Recipe(std::span<const Instruction> instructions)
{
    std::fill(std::begin(entry_atoms_), std::end(entry_atoms_), no_atom);
    for (Register r = 0; r < 16; ++r)
        registers_[r] = entry(r);
    for (std::size_t i = 0; i < instructions.size(); ++i)
        step(instructions[i], static_cast<std::uint16_t>(i));
    find_growth();
    mark_needed();
}

Recipe::Affine Recipe::sum(const Affine& a, const Affine& b, std::uint32_t factor_of_b)
{
    if (!a.known || !b.known)
        return unknown();
    Affine result = a;
    result.constant += factor_of_b * b.constant;
    for (const Term& term : b.terms) {
        auto at = std::ranges::lower_bound(result.terms, term.atom, {}, &Term::atom);
        if (at != result.terms.end() && at->atom == term.atom) {
            at->factor += factor_of_b * term.factor;
            if (at->factor == 0)
                result.terms.erase(at);
        } else {
            result.terms.insert(at, {term.atom, factor_of_b * term.factor});
        }
    }
    return result;
}

Recipe::Affine Recipe::scaled(Affine a, std::uint32_t factor)
{
    a.constant *= factor;
    for (Term& term : a.terms)
        term.factor *= factor;
    std::erase_if(a.terms, [](const Term& term) { return term.factor == 0; });
    return a;
}

/// b - a if that is a constant.
std::optional<std::uint32_t> Recipe::distance(const Affine& a, const Affine& b)
{
    if (!a.known || !b.known || a.terms != b.terms)
        return std::nullopt;
    return b.constant - a.constant;
}

Recipe::Affine Recipe::entry(Register r)
{
    if (entry_atoms_[r] == no_atom) {
        entry_atoms_[r] = static_cast<AtomIndex>(atoms_.size());
        atoms_.push_back({.kind = Atom::Kind::entry_register, .reg = r});
    }
    return atom(entry_atoms_[r]);
}

Recipe::Affine Recipe::function_of(Semantics function, const Affine& x, const Affine& y, std::uint8_t shift, std::uint32_t immediate)
{
    if (!x.known || !y.known)
        return unknown();
    Atom made {.kind = Atom::Kind::function};
    made.function = function;
    made.x = x;
    made.y = y;
    made.shift = shift;
    made.immediate = immediate;
    atoms_.push_back(std::move(made));
    return atom(static_cast<AtomIndex>(atoms_.size() - 1));
}

/// The value of a load: what this block stored there, or the memory's content at entry.
Recipe::Affine Recipe::loaded(const Affine& address, std::uint8_t bytes, bool sign_extend, std::size_t operand)
{
    if (!address.known)
        return unknown();
    Atom made {.kind = Atom::Kind::memory, .address = address, .bytes = bytes, .sign_extend = sign_extend, .operand = operand};
    for (auto store = stores_.rbegin(); store != stores_.rend(); ++store) {
        std::optional<std::uint32_t> ahead = distance(store->address, address);
        if (ahead && *ahead == 0 && store->whole_word && bytes == 4)
            return store->value;
        bool apart = ahead && *ahead >= store->bytes && *ahead <= 0u - bytes;
        if (ahead && !apart)
            return unknown(); // overlaps, and not word for word
        if (!ahead)
            made.stores_before.push_back(store->operand);
    }
    for (std::size_t i = 0; i < atoms_.size(); ++i) { // the same word again
        const Atom& other = atoms_[i];
        if (other.kind == Atom::Kind::memory && other.bytes == bytes && other.sign_extend == sign_extend
            && distance(other.address, address) == 0u && other.stores_before == made.stores_before)
            return atom(static_cast<AtomIndex>(i));
    }
    atoms_.push_back(std::move(made));
    return atom(static_cast<AtomIndex>(atoms_.size() - 1));
}

Recipe::Affine Recipe::computed(const Instruction& in)
{
    auto value = [&](Register r) { return r == no_register ? constant(0) : r == pc ? unknown() : registers_[r]; };
    Affine a = value(in.a), b = value(in.b), c = value(in.c);
    switch (in.semantics) {
    case Semantics::constant: return constant(in.immediate);
    case Semantics::add: return sum(sum(a, b, 1u << in.shift), constant(in.immediate), 1);
    case Semantics::subtract: return sum(sum(a, b, 0u - (1u << in.shift)), constant(0u - in.immediate), 1);
    case Semantics::reverse_subtract: return sum(constant(in.immediate), a, ~0u);
    case Semantics::shift_left: return a.known ? scaled(a, 1u << in.immediate) : a;
    case Semantics::multiply_add:
    case Semantics::multiply_subtract: {
        if (!a.known || !b.known)
            return unknown();
        Affine product = a.terms.empty() ? scaled(b, a.constant)
            : b.terms.empty()            ? scaled(a, b.constant)
                                         : function_of(Semantics::multiply_add, a, b, 0, 0);
        return sum(c, product, in.semantics == Semantics::multiply_add ? 1 : ~0u);
    }
    case Semantics::shift_right_logical:
    case Semantics::shift_right_arithmetic:
    case Semantics::bitwise_and:
    case Semantics::unsigned_extract:
    case Semantics::sign_extend_byte:
    case Semantics::sign_extend_half:
    case Semantics::move_top: {
        Affine made = function_of(in.semantics, a, constant(0), in.shift, in.immediate);
        if (made.known && a.terms.empty()) { // of a constant: a constant
            Atom& atom_made = atoms_.back();
            evaluate_atom(atom_made, std::span<const std::uint32_t, 16>(std::array<std::uint32_t, 16> {}), nullptr, nullptr);
            return constant(atom_made.value);
        }
        return made;
    }
    default: return unknown();
    }
}

Recipe::Affine Recipe::address_of(const Instruction& in)
{
    const Access& access = in.access;
    Affine base = access.base == pc ? constant(access.literal_base) : registers_[access.base];
    Affine address = sum(base, constant(static_cast<std::uint32_t>(access.displacement)), 1);
    if (access.index != no_register)
        address = sum(address, registers_[access.index], 1u << access.shift);
    return address;
}

void Recipe::perform_access(const Instruction& in, std::uint16_t index)
{
    const Access& access = in.access;
    Affine address = address_of(in);
    std::size_t operand = operands_.size();
    operands_.push_back({.instruction = index, .observed = in.conditional || !address.known});
    addresses_.push_back(address);
    sizes_.push_back(static_cast<std::uint8_t>(access.bytes * access.count));

    Affine updated_base = access.write_back ? sum(registers_[access.base], constant(static_cast<std::uint32_t>(access.write_back_amount)), 1) : Affine {};
    if (access.kind == Access::Kind::load) {
        std::vector<std::pair<Register, Affine>> values;
        std::uint32_t offset = 0;
        auto take = [&](Register r) {
            values.emplace_back(r, loaded(sum(address, constant(offset), 1), access.bytes, access.sign_extend, operand));
            offset += access.bytes;
        };
        if (access.first != no_register) {
            take(access.first);
            if (access.second != no_register)
                take(access.second);
        } else {
            for (Register r = 0; r < 16; ++r)
                if (access.list & (1u << r))
                    take(r);
        }
        for (auto& [r, value] : values)
            registers_[r] = in.conditional ? unknown() : value;
    } else {
        bool word = access.bytes == 4 && access.count == 1 && access.first != no_register && access.first != pc && !in.conditional;
        stores_.push_back({address, sizes_.back(), word, word ? registers_[access.first] : unknown(), operand});
        if (access.bytes == 4 && access.count == 2 && access.first != no_register && access.second != no_register && !in.conditional) {
            stores_.back() = {address, 4, true, registers_[access.first], operand};
            stores_.push_back({sum(address, constant(4), 1), 4, true, registers_[access.second], operand});
        }
    }
    if (access.write_back)
        registers_[access.base] = in.conditional ? unknown() : updated_base;
}

void Recipe::step(const Instruction& in, std::uint16_t index)
{
    if (in.has_access()) {
        perform_access(in, index);
        for (Register r = 0; r < 16; ++r) // what an exclusive store reports, and the like
            if ((in.writes & set_of(r)) && !(in.access.list & (1u << r)) && !(in.access.write_back && in.access.base == r))
                registers_[r] = unknown();
    } else if (in.semantics != Semantics::unknown && in.d != no_register) {
        registers_[in.d] = computed(in);
    } else {
        for (Register r = 0; r < 16; ++r)
            if (in.writes & set_of(r))
                registers_[r] = unknown();
    }
    if (in.writes & set_of(sp))
        note_stack();
}

void Recipe::note_stack()
{
    std::optional<std::uint32_t> moved = distance(entry(sp), registers_[sp]);
    if (!moved) {
        stack_unknown_ = true;
        return;
    }
    auto signed_move = static_cast<std::int32_t>(*moved);
    if (signed_move < stack_low_.value_or(0))
        stack_low_ = signed_move;
}

/// For each atom: what it grows by in a turn, as a form over the same atoms.
void Recipe::find_growth()
{
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
        AtomIndex self = static_cast<AtomIndex>(i);
        Affine after = unknown();
        if (atoms_[i].kind == Atom::Kind::entry_register) {
            after = registers_[atoms_[i].reg];
        } else if (atoms_[i].kind == Atom::Kind::memory) {
            after = atom(self);
            for (const Store& store : stores_) { // the last one wins; others do not touch it, or their operand is checked
                std::optional<std::uint32_t> ahead = distance(store.address, atoms_[i].address);
                bool apart = ahead && *ahead >= store.bytes && *ahead <= 0u - atoms_[i].bytes;
                if (ahead && *ahead == 0 && store.whole_word && atoms_[i].bytes == 4)
                    after = store.value;
                else if (ahead && !apart)
                    after = unknown();
                else if (!ahead)
                    atoms_[i].stores_before.push_back(store.operand);
            }
        } else {
            continue;
        }
        atoms_[i].growth = sum(after, atom(self), ~0u);
        bool still_inside = std::ranges::any_of(atoms_[i].growth.terms, [&](const Term& term) { return term.atom == self; });
        if (still_inside)
            atoms_[i].growth = unknown();
    }
}

void Recipe::mark(const Affine& affine)
{
    for (const Term& term : affine.terms) {
        Atom& a = atoms_[static_cast<std::size_t>(term.atom)];
        if (a.needed)
            continue;
        a.needed = true;
        if (a.kind == Atom::Kind::entry_register)
            needs_ |= set_of(a.reg);
        Affine address = a.address, x = a.x, y = a.y, growth = a.growth;
        mark(address);
        mark(x);
        mark(y);
        order_.push_back(term.atom);
        mark(growth);
    }
}

void Recipe::mark_needed()
{
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        if (operands_[i].observed)
            observes_ = true;
        else
            mark(addresses_[i]);
    }
    if (stack_low_)
        needs_ |= set_of(sp);
    for (AtomIndex index : order_)
        checks_overlap_ = checks_overlap_ || !atoms_[static_cast<std::size_t>(index)].stores_before.empty();
}

std::uint32_t Recipe::value_of(const Affine& affine) const
{
    std::uint32_t value = affine.constant;
    for (const Term& term : affine.terms)
        value += term.factor * atoms_[static_cast<std::size_t>(term.atom)].value;
    return value;
}

bool Recipe::evaluate_atom(Atom& a, std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context)
{
    switch (a.kind) {
    case Atom::Kind::entry_register: a.value = registers[a.reg]; return true;
    case Atom::Kind::memory: {
        std::optional<std::uint32_t> word = read(context, value_of(a.address), a.bytes);
        if (!word)
            return false;
        a.value = *word;
        if (a.sign_extend && a.bytes == 1)
            a.value = static_cast<std::uint32_t>(static_cast<std::int8_t>(a.value));
        if (a.sign_extend && a.bytes == 2)
            a.value = static_cast<std::uint32_t>(static_cast<std::int16_t>(a.value));
        return true;
    }
    case Atom::Kind::function: {
        std::uint32_t x = value_of(a.x);
        switch (a.function) {
        case Semantics::multiply_add: a.value = x * value_of(a.y); break;
        case Semantics::shift_right_logical: a.value = a.immediate ? x >> a.immediate : x; break;
        case Semantics::shift_right_arithmetic: a.value = static_cast<std::uint32_t>(static_cast<std::int32_t>(x) >> a.immediate); break;
        case Semantics::bitwise_and: a.value = x & a.immediate; break;
        case Semantics::unsigned_extract: a.value = (x >> a.shift) & a.immediate; break;
        case Semantics::sign_extend_byte: a.value = static_cast<std::uint32_t>(static_cast<std::int8_t>(x)); break;
        case Semantics::sign_extend_half: a.value = static_cast<std::uint32_t>(static_cast<std::int16_t>(x)); break;
        case Semantics::move_top: a.value = (x & 0xffff) | (a.immediate << 16); break;
        default: return false;
        }
        return true;
    }
    }
    return false;
}

void Recipe::find_delta(Atom& a)
{
    auto delta_of = [&](const Affine& affine, std::uint32_t& delta) {
        delta = 0;
        for (const Term& term : affine.terms) {
            const Atom& part = atoms_[static_cast<std::size_t>(term.atom)];
            if (!part.linear)
                return false;
            delta += term.factor * part.delta;
        }
        return true;
    };
    std::uint32_t dx = 0, dy = 0, grows = 0;
    if (a.kind == Atom::Kind::function) {
        bool steady = delta_of(a.x, dx) && delta_of(a.y, dy);
        a.linear = steady && ((dx == 0 && dy == 0) || (a.function == Semantics::multiply_add && (dx == 0 || dy == 0)));
        a.delta = dx != 0 ? dx * value_of(a.y) : dy * value_of(a.x);
        return;
    }
    if (a.kind == Atom::Kind::memory && (!delta_of(a.address, dx) || dx != 0)) {
        a.linear = false;
        return;
    }
    a.linear = a.growth.known && delta_of(a.growth, grows) && grows == 0;
    a.delta = a.linear ? value_of(a.growth) : 0;
}

Recipe::Result Recipe::evaluate(std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context, std::vector<Stream>& streams)
{
    for (AtomIndex index : order_) {
        Atom& a = atoms_[static_cast<std::size_t>(index)];
        a.linear = false;
        if (!evaluate_atom(a, registers, read, context))
            return Result::unresolved;
    }
    // What an atom grows by may rest on atoms that come later in the order: two passes settle every chain of two.
    bool settled = false;
    for (int pass = 0; pass < 2 && !settled; ++pass) {
        settled = true;
        for (AtomIndex index : order_) {
            find_delta(atoms_[static_cast<std::size_t>(index)]);
            settled = settled && atoms_[static_cast<std::size_t>(index)].linear;
        }
    }

    bool linear = true;
    streams.resize(operands_.size());
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        if (operands_[i].observed)
            continue;
        streams[i] = {value_of(addresses_[i]), 0};
        for (const Term& term : addresses_[i].terms) {
            const Atom& part = atoms_[static_cast<std::size_t>(term.atom)];
            linear = linear && part.linear;
            streams[i].stride += term.factor * part.delta;
        }
    }
    if (checks_overlap_)
        for (AtomIndex index : order_) {
            const Atom& a = atoms_[static_cast<std::size_t>(index)];
            std::uint32_t at = a.stores_before.empty() ? 0 : value_of(a.address);
            for (std::size_t store : a.stores_before) {
                if (operands_[store].observed)
                    return Result::unresolved;
                std::uint32_t ahead = at - streams[store].start;
                if (ahead < sizes_[store] || ahead > 0u - a.bytes)
                    return Result::unresolved;
            }
        }
    return linear ? Result::linear : Result::first_only;
}

bool Recipe::disturbed(std::uint64_t turns, std::span<const Stream> streams) const
{
    if (!checks_overlap_ || turns < 2)
        return false;
    for (AtomIndex index : order_) {
        const Atom& a = atoms_[static_cast<std::size_t>(index)];
        if (a.stores_before.empty())
            continue;
        std::uint32_t at = value_of(a.address);
        for (std::size_t store : a.stores_before) {
            auto stride = static_cast<std::int64_t>(static_cast<std::int32_t>(streams[store].stride));
            std::int64_t first = streams[store].start, last = first + stride * static_cast<std::int64_t>(turns - 1);
            if (std::min(first, last) < std::int64_t {at} + a.bytes && std::max(first, last) + sizes_[store] > std::int64_t {at})
                return true;
        }
    }
    return false;
}

} // namespace sim

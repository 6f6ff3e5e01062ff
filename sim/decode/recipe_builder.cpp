// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/recipe_builder.h"

#include <algorithm>

namespace sim {

RecipeBuilder::RecipeBuilder(std::span<const Instruction> instructions, Recipe::Turns turns)
    : turns_(turns)
{
    std::fill(std::begin(entry_atoms_), std::end(entry_atoms_), no_atom);
    for (Register r = 0; r < 16; ++r)
        registers_[r] = entry(r);
    for (std::size_t i = 0; i < instructions.size(); ++i)
        step(instructions[i], static_cast<std::uint16_t>(i));
    if (turns_ == Recipe::Turns::any)
        find_growth();
}

RecipeBuilder::Affine RecipeBuilder::sum(const Affine& a, const Affine& b, std::uint32_t factor_of_b)
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

RecipeBuilder::Affine RecipeBuilder::scaled(Affine a, std::uint32_t factor)
{
    a.constant *= factor;
    for (Term& term : a.terms)
        term.factor *= factor;
    std::erase_if(a.terms, [](const Term& term) { return term.factor == 0; });
    return a;
}

/// b - a if that is a constant.
std::optional<std::uint32_t> RecipeBuilder::distance(const Affine& a, const Affine& b)
{
    if (!a.known || !b.known || a.terms != b.terms)
        return std::nullopt;
    return b.constant - a.constant;
}

RecipeBuilder::Affine RecipeBuilder::entry(Register r)
{
    if (entry_atoms_[r] == no_atom) {
        entry_atoms_[r] = static_cast<AtomIndex>(atoms_.size());
        atoms_.push_back({.kind = Recipe::Atom::Kind::entry_register, .reg = r});
    }
    return atom(entry_atoms_[r]);
}

RecipeBuilder::Affine RecipeBuilder::function_of(Semantics function, const Affine& x, const Affine& y, std::uint8_t shift, std::uint32_t immediate)
{
    if (!x.known || !y.known)
        return unknown();
    Atom made {.kind = Recipe::Atom::Kind::function};
    made.function = function;
    made.x = x;
    made.y = y;
    made.shift = shift;
    made.immediate = immediate;
    atoms_.push_back(std::move(made));
    return atom(static_cast<AtomIndex>(atoms_.size() - 1));
}

/// The value of a load: what this block stored there, or the memory's content at entry.
RecipeBuilder::Affine RecipeBuilder::loaded(const Affine& address, std::uint8_t bytes, bool sign_extend)
{
    if (!address.known)
        return unknown();
    Atom made {.kind = Recipe::Atom::Kind::memory, .bytes = bytes, .sign_extend = sign_extend, .x = address};
    for (auto store = stores_.rbegin(); store != stores_.rend(); ++store) {
        std::optional<std::uint32_t> ahead = distance(store->address, address);
        if (ahead && *ahead == 0 && store->whole_word && bytes == 4)
            return store->value;
        bool apart = ahead && *ahead >= store->bytes && *ahead <= 0u - bytes;
        if (ahead && !apart)
            return unknown(); // overlaps, and not word for word
        if (!ahead)
            made.stores.push_back(store->operand);
    }
    for (std::size_t i = 0; i < atoms_.size(); ++i) { // the same word again
        const Atom& other = atoms_[i];
        if (other.kind == Recipe::Atom::Kind::memory && other.bytes == bytes && other.sign_extend == sign_extend
            && distance(other.x, address) == 0u && other.stores == made.stores)
            return atom(static_cast<AtomIndex>(i));
    }
    atoms_.push_back(std::move(made));
    return atom(static_cast<AtomIndex>(atoms_.size() - 1));
}

RecipeBuilder::Affine RecipeBuilder::computed(const Instruction& in)
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
        if (a.known && a.terms.empty())
            return constant(apply(in.semantics, a.constant, 0, in.shift, in.immediate));
        return function_of(in.semantics, a, constant(0), in.shift, in.immediate);
    }
    default: return unknown();
    }
}

RecipeBuilder::Affine RecipeBuilder::address_of(const Instruction& in)
{
    const Access& access = in.access;
    Affine base = access.base == pc ? constant(access.literal_base) : registers_[access.base];
    Affine address = sum(base, constant(static_cast<std::uint32_t>(access.displacement)), 1);
    if (access.index != no_register)
        address = sum(address, registers_[access.index], 1u << access.shift);
    return address;
}

void RecipeBuilder::perform_access(const Instruction& in, std::uint16_t index)
{
    const Access& access = in.access;
    Affine address = address_of(in);
    std::size_t operand = operands_.size();
    operands_.push_back({.instruction = index, .observed = in.conditional || !address.known});
    addresses_.push_back(address);
    sizes_.push_back(static_cast<std::uint8_t>(access.bytes * access.count));
    access_bytes_.push_back(access.bytes);

    Affine updated_base = access.write_back ? sum(registers_[access.base], constant(static_cast<std::uint32_t>(access.write_back_amount)), 1) : Affine {};
    if (access.kind == Access::Kind::load) {
        std::vector<std::pair<Register, Affine>> values;
        std::uint32_t offset = 0;
        auto take = [&](Register r) {
            values.emplace_back(r, loaded(sum(address, constant(offset), 1), access.bytes, access.sign_extend));
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

void RecipeBuilder::step(const Instruction& in, std::uint16_t index)
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
    if (in.timing_class == TimingClass::status && in.writes == 0) // MSR: of MSP, PSP or CONTROL maybe
        stack_unknown_ = true;
}

void RecipeBuilder::note_stack()
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
void RecipeBuilder::find_growth()
{
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
        AtomIndex self = static_cast<AtomIndex>(i);
        Affine after = unknown();
        if (atoms_[i].kind == Recipe::Atom::Kind::entry_register) {
            after = registers_[atoms_[i].reg];
        } else if (atoms_[i].kind == Recipe::Atom::Kind::memory) {
            after = atom(self);
            for (const Store& store : stores_) { // the last one wins; others do not touch it, or their operand is checked
                std::optional<std::uint32_t> ahead = distance(store.address, atoms_[i].x);
                bool apart = ahead && *ahead >= store.bytes && *ahead <= 0u - atoms_[i].bytes;
                if (ahead && *ahead == 0 && store.whole_word && atoms_[i].bytes == 4)
                    after = store.value;
                else if (ahead && !apart)
                    after = unknown();
                else if (!ahead)
                    atoms_[i].stores.push_back(store.operand);
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

void RecipeBuilder::mark(const Affine& affine)
{
    for (const Term& term : affine.terms) {
        Atom& a = atoms_[static_cast<std::size_t>(term.atom)];
        if (a.needed)
            continue;
        a.needed = true;
        if (a.kind == Recipe::Atom::Kind::entry_register)
            needs_ |= set_of(a.reg);
        Affine x = a.x, y = a.y, growth = a.growth;
        mark(x);
        mark(y);
        order_.push_back(term.atom);
        mark(growth);
    }
}

void RecipeBuilder::write(Recipe& recipe)
{
    recipe.operands_ = operands_;
    recipe.sizes_ = sizes_;
    recipe.access_bytes_ = access_bytes_;
    recipe.stack_low_ = stack_low_;
    recipe.stack_unknown_ = stack_unknown_;
    recipe.stack_returns_ = distance(entry(sp), registers_[sp]) == 0u;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        if (operands_[i].observed)
            recipe.observes_ = true;
        else
            mark(addresses_[i]);
    }
    find_groups(recipe);
    recipe.needs_ = needs_ | (stack_low_ ? set_of(sp) : 0);
    write_atoms(recipe);
    write_directs(recipe);
}

/// Operands with the same terms are a constant apart. A group's stream starts at its widest access.
void RecipeBuilder::find_groups(Recipe& recipe)
{
    if (recipe.observes_) {
        recipe.grouping_ = recipe.singles();
        return;
    }
    constexpr std::uint32_t near = 1 << 16; // farther apart they may well lie in different banks
    Recipe::Grouping& grouping = recipe.grouping_;
    std::vector<std::size_t> widest; // operand, by group
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        std::size_t g = 0;
        for (; g < group_addresses_.size(); ++g) {
            std::optional<std::uint32_t> apart = distance(group_addresses_[g], addresses_[i]);
            if (apart && *apart + near < 2 * near)
                break;
        }
        if (g == group_addresses_.size()) {
            group_addresses_.push_back(addresses_[i]);
            widest.push_back(i);
        }
        if (access_bytes_[i] > access_bytes_[widest[g]])
            widest[g] = i;
        grouping.places.push_back({static_cast<std::uint16_t>(g), 0});
    }
    for (std::size_t g = 0; g < widest.size(); ++g) {
        group_addresses_[g] = addresses_[widest[g]];
        grouping.groups.push_back({.low = 0, .high = 0, .alignment_mask = access_bytes_[widest[g]] - 1u, .offsets_aligned = true});
    }
    for (std::size_t i = 0; i < operands_.size(); ++i) {
        Recipe::Place& place = grouping.places[i];
        Recipe::Group& group = grouping.groups[place.group];
        place.offset = static_cast<std::int32_t>(*distance(group_addresses_[place.group], addresses_[i]));
        group.low = std::min(group.low, place.offset);
        group.high = std::max(group.high, place.offset + sizes_[i]);
        group.offsets_aligned = group.offsets_aligned && !(static_cast<std::uint32_t>(place.offset) & (access_bytes_[i] - 1u));
    }
}

Recipe::Form RecipeBuilder::flattened(const Affine& affine, Recipe& recipe) const
{
    Recipe::Form form {affine.constant, static_cast<std::uint16_t>(recipe.terms_.size()), 0};
    for (const Term& term : affine.terms)
        recipe.terms_.push_back({place_[static_cast<std::size_t>(term.atom)], term.factor});
    form.end = static_cast<std::uint16_t>(recipe.terms_.size());
    return form;
}

void RecipeBuilder::write_atoms(Recipe& recipe)
{
    place_.assign(atoms_.size(), 0);
    std::size_t number = Recipe::registers_end;
    for (AtomIndex index : order_) {
        const Atom& a = atoms_[static_cast<std::size_t>(index)];
        bool is_register = a.kind == Recipe::Atom::Kind::entry_register;
        place_[static_cast<std::size_t>(index)] = static_cast<std::uint16_t>(is_register ? a.reg : number++);
    }
    for (const Affine& address : group_addresses_)
        recipe.addresses_.push_back(flattened(address, recipe));
    for (AtomIndex index : order_) {
        const Atom& a = atoms_[static_cast<std::size_t>(index)];
        std::uint16_t place = place_[static_cast<std::size_t>(index)];
        if (a.growth.known)
            recipe.growths_.push_back({place, true, flattened(a.growth, recipe)});
        else
            recipe.growths_.push_back({.value = place});
        if (a.kind == Recipe::Atom::Kind::entry_register)
            continue;
        Recipe::Atom written;
        written.kind = a.kind;
        written.bytes = a.bytes;
        written.shift = a.shift;
        written.sign_extend = a.sign_extend;
        written.function = a.function;
        written.immediate = a.immediate;
        written.x = flattened(a.x, recipe);
        written.y = flattened(a.y, recipe);
        for (std::size_t store : a.stores) {
            const Recipe::Place& where = recipe.grouping_.places[store];
            recipe.checks_.push_back({.atom = static_cast<std::uint16_t>(recipe.atoms_.size()),
                .group = where.group,
                .offset = where.offset,
                .bytes = a.bytes,
                .store_bytes = sizes_[store]});
        }
        recipe.atoms_.push_back(written);
    }
    recipe.values_.resize(number);
    recipe.deltas_.resize(number);
    recipe.linear_.resize(number);
    recipe.words_at_.resize(recipe.atoms_.size());
}

void RecipeBuilder::write_directs(Recipe& recipe) const
{
    if (recipe.observes_)
        return;
    for (AtomIndex index : order_) {
        const Atom& a = atoms_[static_cast<std::size_t>(index)];
        bool grows_evenly = turns_ == Recipe::Turns::one || (a.growth.known && a.growth.terms.empty());
        if (a.kind != Recipe::Atom::Kind::entry_register || !grows_evenly)
            return;
    }
    for (const Affine& address : group_addresses_) {
        Recipe::Direct direct {.constant = address.constant};
        if (address.terms.size() > 2 || (!address.terms.empty() && std::ranges::none_of(address.terms, [](const Term& t) { return t.factor == 1; })))
            return;
        bool have_first = false;
        for (const Term& term : address.terms) {
            const Atom& a = atoms_[static_cast<std::size_t>(term.atom)];
            direct.stride += term.factor * a.growth.constant;
            if (!have_first && term.factor == 1) {
                direct.a = a.reg;
                have_first = true;
            } else {
                direct.b = a.reg;
                direct.factor = term.factor;
            }
        }
        if (!have_first) { // a literal: no register at all
            direct.constant = address.constant;
            direct.a = direct.b = 0;
            direct.factor = ~0u; // r0 - r0
        }
        recipe.directs_.push_back(direct);
    }
    recipe.direct_ = true;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/recipe.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sim {

/// Walks a block once with symbols for registers and memory and finds the affine form of each address, and of what each
/// register and each word it rests on becomes at the block's end.
class RecipeBuilder {
public:
    RecipeBuilder(std::span<const Instruction> instructions, Recipe::Turns turns);
    void write(Recipe& recipe);

private:
    using AtomIndex = std::int16_t;
    static constexpr AtomIndex no_atom = -1;

    struct Term {
        AtomIndex atom = no_atom;
        std::uint32_t factor = 1;
        bool operator==(const Term&) const = default;
    };
    /// constant + sum of factor * atom; terms sorted by atom. Unknown absorbs everything.
    struct Affine {
        bool known = true;
        std::uint32_t constant = 0;
        std::vector<Term> terms {};
    };
    struct Store {
        Affine address;
        std::uint8_t bytes = 0;
        bool whole_word = false;
        Affine value;
        std::size_t operand = 0;
    };
    struct Atom {
        Recipe::Atom::Kind kind = Recipe::Atom::Kind::entry_register;
        Register reg = no_register;
        std::uint8_t bytes = 4;
        bool sign_extend = false;
        Semantics function = Semantics::unknown;
        Affine x {}, y {}; // of the function; x: the address of the word
        std::uint8_t shift = 0;
        std::uint32_t immediate = 0;
        Affine growth {.known = false, .constant = 0, .terms = {}};
        std::vector<std::size_t> stores {}; // operands that must not overlap this word
        bool needed = false;
    };

    static Affine constant(std::uint32_t value) { return {true, value, {}}; }
    static Affine unknown() { return {false, 0, {}}; }
    static Affine sum(const Affine& a, const Affine& b, std::uint32_t factor_of_b);
    static Affine scaled(Affine a, std::uint32_t factor);
    static std::optional<std::uint32_t> distance(const Affine& a, const Affine& b);

    Affine atom(AtomIndex index) const { return {true, 0, {{index, 1}}}; }
    Affine entry(Register r);
    Affine function_of(Semantics function, const Affine& x, const Affine& y, std::uint8_t shift, std::uint32_t immediate);
    Affine loaded(const Affine& address, std::uint8_t bytes, bool sign_extend);
    Affine computed(const Instruction& instruction);
    Affine address_of(const Instruction& instruction);
    void step(const Instruction& instruction, std::uint16_t index);
    void perform_access(const Instruction& instruction, std::uint16_t index);
    void note_stack();
    void find_growth();
    void mark(const Affine& affine);
    Recipe::Form flattened(const Affine& affine, Recipe& recipe) const;
    void find_groups(Recipe& recipe);
    void write_atoms(Recipe& recipe);
    void write_directs(Recipe& recipe) const;

    std::vector<Atom> atoms_;
    std::vector<AtomIndex> order_; // needed atoms, each after those its value rests on
    std::vector<std::uint16_t> place_; // by atom: its number in the recipe
    Affine registers_[16];
    AtomIndex entry_atoms_[16];
    std::vector<Store> stores_;
    std::vector<Recipe::Operand> operands_;
    std::vector<Affine> addresses_; // by operand
    std::vector<std::uint8_t> sizes_, access_bytes_; // in all, and of one access; by operand
    std::vector<Affine> group_addresses_;
    RegisterSet needs_ = 0;
    std::optional<std::int32_t> stack_low_;
    bool stack_unknown_ = false;
    Recipe::Turns turns_;
};

} // namespace sim

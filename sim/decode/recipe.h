// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace sim {

/// How the addresses of a block's accesses follow from the registers, and from words in memory, at the block's entry.
///
/// Each address is an affine form: constant + sum of factor * atom, modulo 2^32. An atom is a register at entry, a word
/// that the block loads from a known address (a spilled pointer), or a function of those (a product, a shift right) that
/// is evaluated as a whole. For a block that repeats itself the recipe also says by how much each atom grows a turn, so
/// that the addresses of all turns of a run follow from the first.
///
/// Not followed: accesses under IT, addresses made from flags, floating-point registers, or instructions outside
/// `Semantics`. Those are `observed`: the machine looks at them while they execute.
class Recipe {
public:
    explicit Recipe(std::span<const Instruction> instructions);

    /// One access of the block, in program order.
    struct Operand {
        std::uint16_t instruction = 0; // index into the block
        bool observed = false;
    };
    const std::vector<Operand>& operands() const { return operands_; }
    bool observes() const { return observes_; }
    /// Bytes that an operand covers.
    unsigned size_of(std::size_t operand) const { return sizes_[operand]; }

    /// Core registers that evaluation needs.
    RegisterSet needs() const { return needs_; }

    /// Where the lowest stack pointer of the block lies, from the sp at entry; none if it never falls.
    std::optional<std::int32_t> stack_low() const { return stack_low_; }
    /// True if sp is changed by an amount that is only known afterwards.
    bool stack_unknown() const { return stack_unknown_; }

    struct Stream {
        std::uint32_t start = 0;
        std::uint32_t stride = 0; // a turn, modulo 2^32
    };
    /// Reads memory for atoms: the word, half or byte at an address, nothing if that is not plain memory.
    using ReadMemory = std::optional<std::uint32_t> (*)(void* context, std::uint32_t address, unsigned bytes);

    enum class Result : std::uint8_t {
        linear, // turn t of a run of this block accesses start + t * stride
        first_only, // only the first turn is known
        unresolved, // an address rests on memory that cannot be read or that the block may have changed before
    };
    /// `streams` gets an entry per operand; those of observed operands are left alone.
    Result evaluate(std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context, std::vector<Stream>& streams);
    /// After a run of `turns` that began with the last `evaluate`: may a store of the block have changed a word that the
    /// addresses rest on? If so they are not proven.
    bool disturbed(std::uint64_t turns, std::span<const Stream> streams) const;

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
        enum class Kind : std::uint8_t { entry_register, memory, function } kind = Kind::entry_register;
        Register reg = no_register;
        Affine address {}; // memory
        std::uint8_t bytes = 4;
        bool sign_extend = false;
        Semantics function = Semantics::unknown;
        Affine x {}, y {}; // of the function
        std::uint8_t shift = 0;
        std::uint32_t immediate = 0;
        bool needed = false;
        // How the atom changes in a turn: by the value of `growth` if it is known and does not itself grow.
        Affine growth {.known = false, .constant = 0, .terms = {}};
        std::vector<std::size_t> stores_before {}; // operands that must not overlap this memory atom
        std::size_t operand = 0; // of the load
        // Evaluated:
        std::uint32_t value = 0, delta = 0;
        bool linear = false;
    };

    static Affine constant(std::uint32_t value) { return {true, value, {}}; }
    static Affine unknown() { return {false, 0, {}}; }
    static Affine sum(const Affine& a, const Affine& b, std::uint32_t factor_of_b);
    static Affine scaled(Affine a, std::uint32_t factor);
    static std::optional<std::uint32_t> distance(const Affine& a, const Affine& b);

    Affine atom(AtomIndex index) const { return {true, 0, {{index, 1}}}; }
    Affine entry(Register r);
    Affine function_of(Semantics function, const Affine& x, const Affine& y, std::uint8_t shift, std::uint32_t immediate);
    Affine loaded(const Affine& address, std::uint8_t bytes, bool sign_extend, std::size_t operand);
    Affine computed(const Instruction& instruction);
    Affine address_of(const Instruction& instruction);
    void step(const Instruction& instruction, std::uint16_t index);
    void perform_access(const Instruction& instruction, std::uint16_t index);
    void note_stack();
    void find_growth();
    void mark_needed();
    void mark(const Affine& affine);
    std::uint32_t value_of(const Affine& affine) const;
    bool evaluate_atom(Atom& atom, std::span<const std::uint32_t, 16> registers, ReadMemory read, void* context);
    void find_delta(Atom& atom);

    std::vector<Atom> atoms_;
    std::vector<AtomIndex> order_; // needed atoms, each after those it rests on
    Affine registers_[16];
    AtomIndex entry_atoms_[16];
    std::vector<Store> stores_;
    std::vector<Operand> operands_;
    std::vector<Affine> addresses_; // by operand
    std::vector<std::uint8_t> sizes_; // bytes in all, by operand
    RegisterSet needs_ = 0;
    bool observes_ = false, checks_overlap_ = false;
    std::optional<std::int32_t> stack_low_;
    bool stack_unknown_ = false;
};

} // namespace sim

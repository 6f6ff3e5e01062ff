// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace sim {

/// How the addresses of a block's accesses follow from the registers, and from words in memory, at the block's entry.
///
/// Each address is an affine form: constant + sum of factor * atom, modulo 2^32. An atom is a register at entry, a word
/// that the block loads from a known address (a spilled pointer), or a function of those (a product, a shift right) that
/// is evaluated as a whole. For a block that repeats itself the recipe also says by how much each atom grows a turn, so
/// that the addresses of all turns of a run follow from the first. RecipeBuilder finds the forms, once a block; here
/// they are evaluated, once a run.
///
/// Not followed: accesses under IT, addresses made from flags, floating-point registers, or instructions outside
/// `Semantics`. Those are `observed`: the machine looks at them while they execute.
class Recipe {
public:
    /// Turns::one: the instructions never follow themselves, so nothing is asked about growth.
    enum class Turns : std::uint8_t { one, any };
    explicit Recipe(std::span<const Instruction> instructions, Turns turns = Turns::any);

    /// One access of the block, in program order.
    struct Operand {
        std::uint16_t instruction = 0; // index into the block
        bool observed = false;
    };
    const std::vector<Operand>& operands() const { return operands_; }

    /// Operands that are always the same distance apart (fields of a stack frame, say) share a stream.
    struct Place { // of an operand
        std::uint16_t group = 0;
        std::int32_t offset = 0; // from the start of the group's stream
    };
    struct Group {
        std::int32_t low = 0, high = 0; // the bytes it touches: [start + low, start + high)
        std::uint32_t alignment_mask = 0; // size of its largest access - 1
        bool offsets_aligned = true; // if start and stride are aligned, all its accesses are
    };
    struct Grouping {
        std::vector<Place> places; // by operand
        std::vector<Group> groups;
    };
    const Grouping& grouping() const { return grouping_; }
    /// Each operand a group of its own.
    Grouping singles() const;
    bool observes() const { return observes_; }
    /// Bytes that an operand covers.
    unsigned size_of(std::size_t operand) const { return sizes_[operand]; }

    /// Core registers that evaluation needs.
    RegisterSet needs() const { return needs_; }

    /// Where the lowest stack pointer of the block lies, from the sp at entry; none if it never falls.
    std::optional<std::int32_t> stack_low() const { return stack_low_; }
    /// True if sp is changed by an amount that is only known afterwards.
    bool stack_unknown() const { return stack_unknown_; }
    /// True if sp is at the end what it was at the entry.
    bool stack_returns() const { return stack_returns_; }
    /// How many pairs of a word that addresses rest on and a store are looked at in each evaluation.
    std::size_t check_count() const { return checks_.size(); }

    struct Stream {
        std::uint32_t start = 0;
        std::uint32_t stride = 0; // a turn, modulo 2^32
    };
    /// Where atoms are read from: plain memory of the guest, which most often is in the window looked through last.
    class Memory {
    public:
        struct Window {
            const std::uint8_t* bytes = nullptr;
            std::uint32_t start = 0, size = 0;
        };
        /// A window that holds the bytes at an address; an empty one if that is not plain memory.
        using FindWindow = Window (*)(void* context, std::uint32_t address, unsigned bytes);
        Memory(FindWindow find, void* context)
            : find_(find)
            , context_(context)
        {
        }
        bool read(std::uint32_t address, unsigned bytes, std::uint32_t& value)
        {
            if (address - window_.start > window_.size - bytes || window_.size < bytes) {
                window_ = find_(context_, address, bytes);
                if (window_.size < bytes)
                    return false;
            }
            const std::uint8_t* at = window_.bytes + (address - window_.start);
            value = 0; // little-endian host and guest
            if (bytes == 4)
                std::memcpy(&value, at, 4);
            else
                std::memcpy(&value, at, bytes);
            return true;
        }

    private:
        FindWindow find_;
        void* context_;
        Window window_;
    };

    enum class Result : std::uint8_t {
        linear, // turn t of a run of this block accesses start + t * stride
        first_only, // only the first turn is known
        unresolved, // an address rests on memory that cannot be read or that the block may have changed before
    };
    /// `streams` gets an entry per group of `grouping()`. With observed operands there is nothing to evaluate.
    /// Turns::one saves looking at growth, until `find_strides`.
    Result evaluate(std::span<const std::uint32_t, 16> registers, Memory& memory, std::vector<Stream>& streams, Turns turns = Turns::any);

    /// After an `evaluate` of one turn: completes its streams for a run of many.
    Result find_strides(std::vector<Stream>& streams);
    /// Of a run that began with the last `evaluate`: as many turns as can be counted before a store of one of them may
    /// change a word that the addresses rest on. At least 1.
    std::uint64_t undisturbed_turns(std::span<const Stream> streams) const;

private:
    friend class RecipeBuilder;

    struct Term {
        std::uint16_t value = 0; // of a register at entry, by its number; then of the atoms
        std::uint32_t factor = 1;
    };
    struct Form { // constant + the terms [begin, end) of terms_
        std::uint32_t constant = 0;
        std::uint16_t begin = 0, end = 0;
    };
    struct Atom {
        enum class Kind : std::uint8_t { entry_register, memory, function } kind = Kind::memory;
        std::uint8_t bytes = 4, shift = 0;
        bool sign_extend = false;
        Semantics function = Semantics::unknown;
        std::uint32_t immediate = 0;
        Form x {}, y {}; // arguments of the function; x: the address of the word
    };
    struct Growth { // of a value, a turn, if none of what it is made of grows itself
        std::uint16_t value = 0;
        bool known = false;
        Form form {};
    };
    struct Check { // a store that must not touch the word of an atom
        std::uint16_t atom = 0, group = 0;
        std::int32_t offset = 0; // of the store in its group
        std::uint8_t bytes = 0, store_bytes = 0;
    };
    static constexpr std::size_t registers_end = 16; // in values_
    struct Direct { // constant + register + factor * other register
        std::uint32_t constant = 0, factor = 0, stride = 0;
        Register a = 0, b = 0;
    };
    std::uint32_t value_of(const Form& form) const;
    bool delta_of(const Form& form, std::uint32_t& delta) const;
    bool evaluate_atom(std::size_t index, Memory& memory);
    void find_delta(const Growth& growth);
    bool apart(std::span<const Stream> streams) const;

    std::vector<Operand> operands_;
    Grouping grouping_;
    std::vector<std::uint8_t> sizes_, access_bytes_; // by operand
    RegisterSet needs_ = 0;
    bool observes_ = false;
    std::optional<std::int32_t> stack_low_;
    bool stack_unknown_ = false, stack_returns_ = false;

    // Most blocks need no more than this: registers that grow by constants.
    bool direct_ = false;
    std::vector<Direct> directs_; // by group

    std::vector<Atom> atoms_; // all but registers, each after those its value rests on
    std::vector<Growth> growths_;
    std::vector<Term> terms_;
    std::vector<Form> addresses_; // by group
    std::vector<Check> checks_;
    std::vector<std::uint32_t> values_, deltas_; // of the last evaluation; 16 registers, then atoms
    std::vector<std::uint32_t> words_at_; // by atom: the address of its word
    std::vector<std::uint8_t> linear_;
};

/// What `function` makes of its arguments; for constants too.
std::uint32_t apply(Semantics function, std::uint32_t x, std::uint32_t y, std::uint8_t shift, std::uint32_t immediate);

} // namespace sim

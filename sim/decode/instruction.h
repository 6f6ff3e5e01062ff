// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/timing_class.h"

#include <cstdint>

namespace sim {

/// Core registers r0-r15 are 0-15, s0-s31 are 16-47 (a double is two singles).
using Register = std::uint8_t;
inline constexpr Register sp = 13, lr = 14, pc = 15, no_register = 0xff;
using RegisterSet = std::uint64_t;

constexpr RegisterSet set_of(Register r) { return r == no_register ? 0 : RegisterSet {1} << r; }

/// How control leaves an instruction.
enum class Flow : std::uint8_t {
    next, // falls through
    conditional_branch, // B<cond>, CBZ: to `target` or falls through
    branch, // B: to `target`
    call, // BL: to `target`, returns behind itself
    indirect_call, // BLX register
    indirect, // BX, POP {pc}, LDR pc, MOV pc, TBB: to a value
    trap, // BKPT, SVC, UDF, WFI, WFE: to whoever handles it
};

/// What an instruction computes as far as addresses need it; anything else is `unknown` for the registers it writes.
enum class Semantics : std::uint8_t {
    unknown, // writes are lost to the recipe
    constant, // d = immediate
    add, // d = a + (b << shift) + immediate
    subtract, // d = a - (b << shift) - immediate
    reverse_subtract, // d = immediate - a
    shift_left, // d = a << immediate
    shift_right_logical, shift_right_arithmetic, // d = a >> immediate
    bitwise_and, // d = a & immediate
    unsigned_extract, // d = (a >> shift) & immediate (UBFX, UXTB, UXTH)
    sign_extend_byte, sign_extend_half,
    multiply_add, // d = c + a * b
    multiply_subtract, // d = c - a * b
    move_top, // d = (a & 0xffff) | immediate << 16
    memory, // a load or store; see Access
};

/// What data processing does, as far as it decides in which stage of a pipeline it can be done.
enum class Operation : std::uint8_t {
    other,
    add, // ADD, SUB of registers and plain constants
    move, // MOV, MOVW
    shift, // LSL, LSR, ASR, ROR: nothing but a shift
};

/// The memory operand of an instruction: `count` accesses of `bytes` each, at rising addresses.
struct Access {
    enum class Kind : std::uint8_t { none, load, store };
    Kind kind = Kind::none;
    Register base = no_register, index = no_register;
    std::uint8_t shift = 0; // of the index
    std::uint8_t bytes = 0; // of one access: 1, 2 or 4
    std::uint8_t count = 0;
    bool sign_extend = false;
    bool write_back = false;
    std::int32_t displacement = 0; // of the lowest access; 0 if post-indexed
    std::int32_t write_back_amount = 0; // what is added to the base
    std::uint32_t literal_base = 0; // the value of pc where base is pc, aligned as the instruction reads it
    std::uint16_t list = 0; // loads: core registers, lowest first
    Register first = no_register, second = no_register; // LDR, LDRD, STR, STRD: the data registers in order
};

/// The static facts about one instruction that timing, addresses and ownership need.
struct Instruction {
    std::uint32_t address = 0;
    std::uint8_t size = 2;
    TimingClass timing_class = TimingClass::unknown;
    Flow flow = Flow::next;
    bool conditional = false; // under IT, or a conditional branch
    bool sets_flags = false, reads_flags = false; // by a condition, or the carry as an operand
    std::uint8_t words = 0; // registers of a multiple load or store; words of a floating-point one
    std::uint8_t macs = 0; // multiply-accumulates it performs
    std::uint32_t target = 0; // of a direct branch
    RegisterSet reads = 0, writes = 0, address_reads = 0;
    RegisterSet accumulator = 0; // read late: the addend of a MAC or of an extension, the data of a store
    RegisterSet shifted = 0; // pass a shifter or an extractor before the operation proper
    Operation operation = Operation::other;
    Semantics semantics = Semantics::unknown;
    Register d = no_register, a = no_register, b = no_register, c = no_register;
    std::uint8_t shift = 0;
    std::uint32_t immediate = 0;
    Access access {};

    std::uint32_t end() const { return address + size; }
    bool has_access() const { return access.kind != Access::Kind::none; }
    bool is_load() const { return access.kind == Access::Kind::load; }
};

/// Does it touch registers of the floating-point unit?
inline bool uses_floating_point(const Instruction& in) { return (in.reads | in.writes) >> 16; }

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
//
// Source of the table: jnk0le cortex_m7.md@0b9c602, measured on STM32H743 rev Y; the pairs of shifts and shifted operands
// are its "operand2 dual issuing matrix".
#include "sim/timing/issue_slots.h"

#include <array>

namespace sim {
namespace {

using enum TimingClass;

enum Unit : std::uint16_t {
    load_port = 1, // two loads: a matter of banks
    store_port = 2,
    multiplier = 4,
    shifter = 8, // operands shifted on their way, rotated constants, bit fields
    plain_shift = 16, // LSL, LSR, ASR, ROR
    bit_unit = 32, // bit fields, extension, SIMD: older slot only
    fpu = 64, // arithmetic
    fp_transfer = 128, // VLDR, VSTR, VMOV
    branch_unit = 256,
};

struct Row {
    TimingClass timing_class;
    std::uint16_t occupies, excludes;
};

constexpr std::array rows = {
    Row {alu_shifted, shifter, shifter},
    Row {alu_rotated_constant, shifter, shifter},
    Row {bit_operation, bit_unit, bit_unit},
    Row {simd, bit_unit, bit_unit},
    Row {multiply, multiplier, multiplier | store_port},
    Row {multiply_accumulate, multiplier, multiplier | store_port},
    Row {long_multiply, multiplier, multiplier | store_port},
    Row {long_multiply_accumulate, multiplier, multiplier | store_port},
    Row {simd_multiply, multiplier, multiplier | store_port},
    Row {load, load_port, 0},
    Row {store, store_port, store_port | multiplier},
    Row {store_register_offset, store_port, store_port | multiplier},
    Row {branch, branch_unit, branch_unit},
    Row {branch_link, branch_unit, branch_unit},
    Row {branch_indirect, branch_unit, branch_unit},
    Row {fp_arithmetic, fpu, fpu},
    Row {fp_multiply_accumulate, fpu, fpu | fp_transfer},
    Row {fp_divide, fpu, fpu | fp_transfer},
    Row {fp_double_add, fpu, fpu},
    Row {fp_double_multiply, fpu, fpu},
    Row {fp_double_multiply_accumulate, fpu, fpu | fp_transfer | load_port | store_port},
    Row {fp_double_divide, fpu, fpu | fp_transfer},
    Row {fp_move, fp_transfer, 0},
    Row {fp_load, load_port | fp_transfer, 0},
    Row {fp_store, store_port | fp_transfer, store_port | multiplier},
};

constexpr std::array alone = {divide, load_double, store_double, load_multiple, store_multiple, load_exclusive, store_exclusive,
    table_branch, status, barrier, breakpoint, fp_move_double, fp_load_double, fp_store_double, fp_load_multiple,
    fp_store_multiple, unknown};

constexpr auto slots_by_class()
{
    std::array<IssueSlot, timing_class_count> slots {};
    for (const Row& row : rows) {
        slots[static_cast<std::size_t>(row.timing_class)].occupies = row.occupies;
        slots[static_cast<std::size_t>(row.timing_class)].excludes = row.excludes;
    }
    return slots;
}

constexpr auto alone_by_class()
{
    std::array<bool, timing_class_count> flags {};
    for (TimingClass timing_class : alone)
        flags[static_cast<std::size_t>(timing_class)] = true;
    return flags;
}

} // namespace

IssueSlot slot_of(const Instruction& in)
{
    static constexpr auto slots = slots_by_class();
    IssueSlot slot = slots[static_cast<std::size_t>(in.timing_class)];
    bool extracts = (in.timing_class == bit_operation || in.timing_class == simd) && in.shifted != 0;
    if (extracts) {
        slot.occupies |= shifter;
        slot.excludes |= shifter;
    }
    if (in.operation == Operation::shift)
        slot.occupies |= plain_shift;
    if ((slot.occupies & load_port) && in.access.bytes == 4 && in.access.index == no_register) {
        slot.bank_base = in.access.base;
        slot.bank_offset = static_cast<std::uint8_t>((in.access.base == pc ? in.access.literal_base : 0) + static_cast<std::uint32_t>(in.access.displacement)) & 7;
    }
    return slot;
}

bool issues_alone(const Instruction& in)
{
    static constexpr auto flags = alone_by_class();
    return flags[static_cast<std::size_t>(in.timing_class)];
}

bool kinds_pair(const IssueSlot& older, const IssueSlot& younger)
{
    if ((older.occupies & younger.excludes) || (older.excludes & younger.occupies))
        return false;
    if (younger.occupies & bit_unit)
        return false;
    if ((older.occupies & plain_shift) && (younger.occupies & shifter))
        return false;
    if ((older.occupies & load_port) && (younger.occupies & load_port)) {
        bool known = older.bank_base != no_register && older.bank_base == younger.bank_base;
        return known && ((older.bank_offset ^ younger.bank_offset) & 4) && ((older.bank_offset ^ younger.bank_offset) & 3) == 0;
    }
    return true;
}

bool occupies_shifter(const IssueSlot& slot) { return slot.occupies & shifter; }

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sim {

/// What kind of instruction this is for a pipeline. The names are the [class.*] sections of mcu_models/cores/*.toml.
enum class TimingClass : std::uint8_t {
    alu, alu_shifted, alu_rotated_constant, bit_operation, multiply, multiply_accumulate, long_multiply, long_multiply_accumulate, simd_multiply, simd,
    divide, load, store, store_register_offset, load_double, store_double, load_multiple, store_multiple, load_exclusive,
    store_exclusive, branch, branch_link, branch_indirect, table_branch, if_then, status, barrier, hint, breakpoint,
    fp_arithmetic, fp_multiply_accumulate, fp_divide, fp_double_add, fp_double_multiply, fp_double_multiply_accumulate,
    fp_double_divide, fp_move, fp_move_double, fp_load, fp_load_double, fp_store,
    fp_store_double, fp_load_multiple, fp_store_multiple, unknown,
};

struct TimingClassInfo {
    TimingClass timing_class;
    std::string_view name, meaning;
};

inline constexpr std::array timing_classes = {
    TimingClassInfo {TimingClass::alu, "alu", "data processing on registers and immediates"},
    TimingClassInfo {TimingClass::alu_shifted, "alu_shifted", "data processing with a shifted register operand"},
    TimingClassInfo {TimingClass::alu_rotated_constant, "alu_rotated_constant", "data processing with a constant made by rotating eight bits, #0x1fc0"},
    TimingClassInfo {TimingClass::bit_operation, "bit_operation", "bit field, extend, reverse, count leading zeros, saturate"},
    TimingClassInfo {TimingClass::multiply, "multiply", "MUL, SMULxy, SMULWy: 32-bit result"},
    TimingClassInfo {TimingClass::multiply_accumulate, "multiply_accumulate", "MLA, MLS, SMLAxy, SMLAWy"},
    TimingClassInfo {TimingClass::long_multiply, "long_multiply", "UMULL, SMULL"},
    TimingClassInfo {TimingClass::long_multiply_accumulate, "long_multiply_accumulate", "UMLAL, SMLAL, UMAAL, SMLALxy"},
    TimingClassInfo {TimingClass::simd_multiply, "simd_multiply", "SMLAD, SMUAD, SMLSD, SMLALD, SMMLA and kin"},
    TimingClassInfo {TimingClass::simd, "simd", "SADD16, QADD, SEL, PKHBT, SXTB16, USAD8 and kin"},
    TimingClassInfo {TimingClass::divide, "divide", "SDIV, UDIV"},
    TimingClassInfo {TimingClass::load, "load", "one register: LDR, LDRB, LDRH, LDRSB, LDRSH, literals"},
    TimingClassInfo {TimingClass::store, "store", "one register, immediate offset"},
    TimingClassInfo {TimingClass::store_register_offset, "store_register_offset", "one register, register offset"},
    TimingClassInfo {TimingClass::load_double, "load_double", "LDRD"},
    TimingClassInfo {TimingClass::store_double, "store_double", "STRD"},
    TimingClassInfo {TimingClass::load_multiple, "load_multiple", "LDM, POP"},
    TimingClassInfo {TimingClass::store_multiple, "store_multiple", "STM, PUSH"},
    TimingClassInfo {TimingClass::load_exclusive, "load_exclusive", "LDREX and kin, load-acquire"},
    TimingClassInfo {TimingClass::store_exclusive, "store_exclusive", "STREX and kin, store-release, CLREX"},
    TimingClassInfo {TimingClass::branch, "branch", "B, Bcc, CBZ, CBNZ"},
    TimingClassInfo {TimingClass::branch_link, "branch_link", "BL"},
    TimingClassInfo {TimingClass::branch_indirect, "branch_indirect", "BX, BLX, and data processing that writes pc"},
    TimingClassInfo {TimingClass::table_branch, "table_branch", "TBB, TBH"},
    TimingClassInfo {TimingClass::if_then, "if_then", "IT"},
    TimingClassInfo {TimingClass::status, "status", "MRS, MSR"},
    TimingClassInfo {TimingClass::barrier, "barrier", "DMB, DSB, ISB"},
    TimingClassInfo {TimingClass::hint, "hint", "NOP, SEV, YIELD, WFI, WFE, PLD, CPS"},
    TimingClassInfo {TimingClass::breakpoint, "breakpoint", "BKPT, SVC, UDF"},
    TimingClassInfo {TimingClass::fp_arithmetic, "fp_arithmetic", "VADD, VMUL, VCMP, VCVT and kin of singles"},
    TimingClassInfo {TimingClass::fp_multiply_accumulate, "fp_multiply_accumulate", "VMLA, VFMA and kin of singles"},
    TimingClassInfo {TimingClass::fp_divide, "fp_divide", "VDIV, VSQRT of singles"},
    TimingClassInfo {TimingClass::fp_double_add, "fp_double_add", "VADD, VSUB, VCMP, VCVT and kin of doubles"},
    TimingClassInfo {TimingClass::fp_double_multiply, "fp_double_multiply", "VMUL, VNMUL of doubles"},
    TimingClassInfo {TimingClass::fp_double_multiply_accumulate, "fp_double_multiply_accumulate", "VMLA, VFMA and kin of doubles"},
    TimingClassInfo {TimingClass::fp_double_divide, "fp_double_divide", "VDIV, VSQRT of doubles"},
    TimingClassInfo {TimingClass::fp_move, "fp_move", "VMOV of one register, VMRS, VMSR"},
    TimingClassInfo {TimingClass::fp_move_double, "fp_move_double", "VMOV of two core registers"},
    TimingClassInfo {TimingClass::fp_load, "fp_load", "VLDR of a single"},
    TimingClassInfo {TimingClass::fp_load_double, "fp_load_double", "VLDR of a double"},
    TimingClassInfo {TimingClass::fp_store, "fp_store", "VSTR of a single"},
    TimingClassInfo {TimingClass::fp_store_double, "fp_store_double", "VSTR of a double"},
    TimingClassInfo {TimingClass::fp_load_multiple, "fp_load_multiple", "VLDM, VPOP"},
    TimingClassInfo {TimingClass::fp_store_multiple, "fp_store_multiple", "VSTM, VPUSH"},
    TimingClassInfo {TimingClass::unknown, "unknown", "not in our tables: one cycle, charged to `unmodeled`"},
};
inline constexpr std::size_t timing_class_count = timing_classes.size();

constexpr bool timing_classes_are_in_order()
{
    for (std::size_t i = 0; i < timing_class_count; ++i)
        if (static_cast<std::size_t>(timing_classes[i].timing_class) != i)
            return false;
    return timing_class_count == static_cast<std::size_t>(TimingClass::unknown) + 1;
}
static_assert(timing_classes_are_in_order());

constexpr bool is_floating(TimingClass timing_class)
{
    return timing_class >= TimingClass::fp_arithmetic && timing_class <= TimingClass::fp_store_multiple;
}

constexpr std::string_view name_of(TimingClass timing_class)
{
    return timing_classes[static_cast<std::size_t>(timing_class)].name;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/block.h"
#include "sim/decode/decoder.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace sim;
using sim_tests::instructions;
using sim_tests::text_of;

/// Rows of two texts: what is assembled, what is expected of its single instruction.
struct Row {
    const char* assembly;
    const char* expected;
};

template <class Text>
void expect_rows(std::span<const Row> rows, Text text)
{
    std::string source;
    for (const Row& row : rows)
        source += std::string(row.assembly) + "\n";
    std::vector<Instruction> decoded = instructions(source);
    ASSERT_EQ(decoded.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(text(decoded[i]), rows[i].expected) << rows[i].assembly;
}

TEST(Decoder, KnowsTheTimingClassOfEveryKindOfInstruction)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"adds r0, r1, r2", "alu"},
        Row {"movw r0, #1", "alu"},
        Row {"movt r0, #1", "alu"},
        Row {"mvns r0, r1", "alu"},
        Row {"cmp r0, #1", "alu"},
        Row {"tst r0, r1", "alu"},
        Row {"lsls r0, r1, #2", "alu"},
        Row {"ror r0, r1, r2", "alu"},
        Row {"adr r0, .+8", "alu"},
        Row {"add r0, r1, r2, lsl #3", "alu_shifted"},
        Row {"orr r0, r1, r2, asr #3", "alu_shifted"},
        Row {"cmp r0, r1, lsl #2", "alu_shifted"},
        Row {"eor r0, r1, #0x1fc0", "alu_rotated_constant"},
        Row {"mov r0, #0x10000000", "alu_rotated_constant"},
        Row {"cmp r0, #0x1fc0", "alu_rotated_constant"},
        Row {"eor r0, r1, #0x1b1b1b1b", "alu"},
        Row {"eor r0, r1, #0xff", "alu"},
        Row {"addw r0, r1, #0xff9", "alu"},
        Row {"bfi r0, r1, #2, #3", "bit_operation"},
        Row {"ubfx r0, r1, #2, #3", "bit_operation"},
        Row {"sxtb r0, r1", "bit_operation"},
        Row {"rev16 r0, r1", "bit_operation"},
        Row {"clz r0, r1", "bit_operation"},
        Row {"rbit r0, r1", "bit_operation"},
        Row {"ssat r0, #8, r1", "bit_operation"},
        Row {"usat r0, #8, r1, asr #3", "bit_operation"},
        Row {"mul r0, r1, r2", "multiply"},
        Row {"smulbt r0, r1, r2", "multiply"},
        Row {"smulwb r0, r1, r2", "multiply"},
        Row {"mla r0, r1, r2, r3", "multiply_accumulate"},
        Row {"mls r0, r1, r2, r3", "multiply_accumulate"},
        Row {"smlabb r0, r1, r2, r3", "multiply_accumulate"},
        Row {"smlawt r0, r1, r2, r3", "multiply_accumulate"},
        Row {"umull r0, r1, r2, r3", "long_multiply"},
        Row {"smull r0, r1, r2, r3", "long_multiply"},
        Row {"smlal r0, r1, r2, r3", "long_multiply_accumulate"},
        Row {"umaal r0, r1, r2, r3", "long_multiply_accumulate"},
        Row {"smlaltb r0, r1, r2, r3", "long_multiply_accumulate"},
        Row {"smlad r0, r1, r2, r3", "simd_multiply"},
        Row {"smladx r0, r1, r2, r3", "simd_multiply"},
        Row {"smuad r0, r1, r2", "simd_multiply"},
        Row {"smlald r0, r1, r2, r3", "simd_multiply"},
        Row {"smmlar r0, r1, r2, r3", "simd_multiply"},
        Row {"smmul r0, r1, r2", "simd_multiply"},
        Row {"sadd16 r0, r1, r2", "simd"},
        Row {"qadd r0, r1, r2", "simd"},
        Row {"sel r0, r1, r2", "simd"},
        Row {"pkhbt r0, r1, r2, lsl #16", "simd"},
        Row {"sxtb16 r0, r1, ror #8", "simd"},
        Row {"uxtab r0, r1, r2", "simd"},
        Row {"usada8 r0, r1, r2, r3", "simd"},
        Row {"ssat16 r0, #8, r1", "simd"},
        Row {"sdiv r0, r1, r2", "divide"},
        Row {"udiv r0, r1, r2", "divide"},
        Row {"ldr r0, [r1]", "load"},
        Row {"ldrsh r0, [r1, r2]", "load"},
        Row {"ldr r0, [pc, #4]", "load"},
        Row {"ldrt r0, [r1]", "load"},
        Row {"ldr pc, [r0]", "load"},
        Row {"str r0, [r1]", "store"},
        Row {"strb r0, [r1], #1", "store"},
        Row {"strh r0, [r1, #2]!", "store"},
        Row {"str r0, [r1, r2]", "store_register_offset"},
        Row {"strb r0, [r1, r2, lsl #1]", "store_register_offset"},
        Row {"ldrd r0, r1, [r2]", "load_double"},
        Row {"strd r0, r1, [r2]", "store_double"},
        Row {"ldmia r0!, {r1, r2}", "load_multiple"},
        Row {"ldmdb r0, {r1, r2}", "load_multiple"},
        Row {"pop {r4, pc}", "load_multiple"},
        Row {"push {r4, lr}", "store_multiple"},
        Row {"stmia r0!, {r1, r2}", "store_multiple"},
        Row {"stmdb r0!, {r1, r2}", "store_multiple"},
        Row {"ldrex r0, [r1]", "load_exclusive"},
        Row {"ldrexb r0, [r1]", "load_exclusive"},
        Row {"strex r0, r1, [r2]", "store_exclusive"},
        Row {"clrex", "store_exclusive"},
        Row {"b .", "branch"},
        Row {"beq .", "branch"},
        Row {"cbz r0, .+8", "branch"},
        Row {"cbnz r0, .+8", "branch"},
        Row {"bl .", "branch_link"},
        Row {"bx lr", "branch_indirect"},
        Row {"blx r3", "branch_indirect"},
        Row {"mov pc, r0", "branch_indirect"},
        Row {"add pc, r0", "branch_indirect"},
        Row {"tbb [r0, r1]", "table_branch"},
        Row {"tbh [r0, r1, lsl #1]", "table_branch"},
        Row {"mrs r0, primask", "status"},
        Row {"msr primask, r0", "status"},
        Row {"dmb", "barrier"},
        Row {"dsb", "barrier"},
        Row {"isb", "barrier"},
        Row {"nop", "hint"},
        Row {"cpsid i", "hint"},
        Row {"wfi", "hint"},
        Row {"wfe", "hint"},
        Row {"sev", "hint"},
        Row {"pld [r0]", "hint"},
        Row {"nop.w", "hint"},
        Row {"bkpt 0xab", "breakpoint"},
        Row {"svc 0", "breakpoint"},
        Row {"udf 0", "breakpoint"},
        Row {"vadd.f32 s0, s1, s2", "fp_arithmetic"},
        Row {"vcmp.f32 s0, s1", "fp_arithmetic"},
        Row {"vcvt.s32.f32 s0, s1", "fp_arithmetic"},
        Row {"vabs.f32 s0, s1", "fp_arithmetic"},
        Row {"vfma.f32 s0, s1, s2", "fp_multiply_accumulate"},
        Row {"vnmls.f32 s0, s1, s2", "fp_multiply_accumulate"},
        Row {"vdiv.f32 s0, s1, s2", "fp_divide"},
        Row {"vsqrt.f32 s0, s1", "fp_divide"},
        Row {"vmov s0, r0", "fp_move"},
        Row {"vmov r0, s0", "fp_move"},
        Row {"vmov.f32 s0, s1", "fp_move"},
        Row {"vmov.f32 s0, #1.0", "fp_move"},
        Row {"vmrs apsr_nzcv, fpscr", "fp_move"},
        Row {"vmsr fpscr, r0", "fp_move"},
        Row {"vmov r0, r1, d0", "fp_move_double"},
        Row {"vmov d0, r0, r1", "fp_move_double"},
        Row {"vldr s0, [r0]", "fp_load"},
        Row {"vldr d0, [r0]", "fp_load_double"},
        Row {"vstr s0, [r0]", "fp_store"},
        Row {"vstr d0, [r0]", "fp_store_double"},
        Row {"vldmia r0!, {s0-s3}", "fp_load_multiple"},
        Row {"vpop {d8-d9}", "fp_load_multiple"},
        Row {"vstmia r0!, {s0-s3}", "fp_store_multiple"},
        Row {"vpush {d8-d9}", "fp_store_multiple"},
    };
    expect_rows(rows, [](const Instruction& in) { return std::string(name_of(in.timing_class)); });
}

TEST(Decoder, UndefinedCodeIsUnknownAndDecodingGoesOn)
{
    std::vector<std::uint8_t> code = {0xff, 0xff, 0xff, 0xff, 0x00, 0xbf}; // an undefined word, NOP
    std::vector<Instruction> decoded = Decoder().decode(code, 0x100);
    ASSERT_EQ(decoded.size(), 2u);
    EXPECT_EQ(decoded[0].timing_class, TimingClass::unknown);
    EXPECT_EQ(decoded[0].size, 4);
    EXPECT_EQ(decoded[1].address, 0x104u);
    EXPECT_EQ(decoded[1].timing_class, TimingClass::hint);
}

TEST(Decoder, SeesTheAccessOfEveryAddressingMode)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"ldr r0, [r1]", "load 1 x 4 at r1"},
        Row {"ldr r0, [r1, #8]", "load 1 x 4 at r1 + 8"},
        Row {"ldr r0, [r1, #-8]", "load 1 x 4 at r1 - 8"},
        Row {"ldr r0, [r1, #8]!", "load 1 x 4 at r1 + 8, base += 8"},
        Row {"ldr r0, [r1, #-8]!", "load 1 x 4 at r1 - 8, base += -8"},
        Row {"ldr r0, [r1], #8", "load 1 x 4 at r1, base += 8"},
        Row {"ldr r0, [r1], #-8", "load 1 x 4 at r1, base += -8"},
        Row {"ldr r0, [r1, r2]", "load 1 x 4 at r1 + r2 << 0"},
        Row {"ldr r0, [r1, r2, lsl #2]", "load 1 x 4 at r1 + r2 << 2"},
        Row {"ldr r0, [sp, #12]", "load 1 x 4 at sp + 12"},
        Row {"ldrb r0, [r1, #1]", "load 1 x 1 at r1 + 1"},
        Row {"ldrb r0, [r1], #1", "load 1 x 1 at r1, base += 1"},
        Row {"ldrsb r0, [r1, r2]", "load 1 x 1 at r1 + r2 << 0, signed"},
        Row {"ldrsb r0, [r1], #-1", "load 1 x 1 at r1, base += -1, signed"},
        Row {"ldrh r0, [r1, #2]", "load 1 x 2 at r1 + 2"},
        Row {"ldrh r0, [r1, r2, lsl #1]", "load 1 x 2 at r1 + r2 << 1"},
        Row {"ldrsh r0, [r1, #-2]!", "load 1 x 2 at r1 - 2, base += -2, signed"},
        Row {"ldrex r0, [r1, #4]", "load 1 x 4 at r1 + 4"},
        Row {"ldrexb r0, [r1]", "load 1 x 1 at r1"},
        Row {"str r0, [r1, #4]!", "store 1 x 4 at r1 + 4, base += 4"},
        Row {"strb r0, [r1, #-1]!", "store 1 x 1 at r1 - 1, base += -1"},
        Row {"strh r0, [r1], #2", "store 1 x 2 at r1, base += 2"},
        Row {"str r0, [r1, r2, lsl #3]", "store 1 x 4 at r1 + r2 << 3"},
        Row {"strex r0, r1, [r2, #4]", "store 1 x 4 at r2 + 4"},
        Row {"strexh r0, r1, [r2]", "store 1 x 2 at r2"},
        Row {"ldrd r0, r1, [r2, #8]", "load 2 x 4 at r2 + 8"},
        Row {"ldrd r0, r1, [r2], #8", "load 2 x 4 at r2, base += 8"},
        Row {"ldrd r0, r1, [r2], #-8", "load 2 x 4 at r2, base += -8"},
        Row {"ldrd r0, r1, [r2, #-8]!", "load 2 x 4 at r2 - 8, base += -8"},
        Row {"strd r0, r1, [r2, #8]!", "store 2 x 4 at r2 + 8, base += 8"},
        Row {"strd r0, r1, [r2], #-16", "store 2 x 4 at r2, base += -16"},
        Row {"ldmia r0, {r1, r2}", "load 2 x 4 at r0"},
        Row {"ldmia r0!, {r1-r7}", "load 7 x 4 at r0, base += 28"},
        Row {"ldmdb r0!, {r1, r2}", "load 2 x 4 at r0 - 8, base += -8"},
        Row {"ldmdb r0, {r1, r2, r8}", "load 3 x 4 at r0 - 12"},
        Row {"ldmia r0, {r0, r1}", "load 2 x 4 at r0"},
        Row {"stmia r0!, {r1, r2}", "store 2 x 4 at r0, base += 8"},
        Row {"stmdb r0!, {r1-r3}", "store 3 x 4 at r0 - 12, base += -12"},
        Row {"stmdb r0, {r1-r3}", "store 3 x 4 at r0 - 12"},
        Row {"push {r4-r6, lr}", "store 4 x 4 at sp - 16, base += -16"},
        Row {"push.w {r8, r9}", "store 2 x 4 at sp - 8, base += -8"},
        Row {"pop {r4-r6, pc}", "load 4 x 4 at sp, base += 16"},
        Row {"pop.w {r8, r9}", "load 2 x 4 at sp, base += 8"},
        Row {"str r8, [sp, #-4]!", "store 1 x 4 at sp - 4, base += -4"},
        Row {"tbb [r0, r1]", "load 1 x 1 at r0 + r1 << 0"},
        Row {"tbh [r0, r1, lsl #1]", "load 1 x 2 at r0 + r1 << 1"},
        Row {"vldr s0, [r1, #4]", "load 1 x 4 at r1 + 4"},
        Row {"vldr d0, [r1, #-8]", "load 2 x 4 at r1 - 8"},
        Row {"vstr s0, [r1]", "store 1 x 4 at r1"},
        Row {"vstr d3, [r1, #8]", "store 2 x 4 at r1 + 8"},
        Row {"vldmia r0, {s4-s7}", "load 4 x 4 at r0"},
        Row {"vldmia r0!, {d0-d2}", "load 6 x 4 at r0, base += 24"},
        Row {"vldmdb r0!, {s0-s2}", "load 3 x 4 at r0 - 12, base += -12"},
        Row {"vstmia r0!, {s0}", "store 1 x 4 at r0, base += 4"},
        Row {"vstmdb r0!, {d8-d9}", "store 4 x 4 at r0 - 16, base += -16"},
        Row {"vpush {d8-d9}", "store 4 x 4 at sp - 16, base += -16"},
        Row {"vpop {s16-s18}", "load 3 x 4 at sp, base += 12"},
        Row {"adds r0, #1", "none"},
        Row {"pld [r0]", "none"},
        Row {"clrex", "none"},
    };
    expect_rows(rows, [](const Instruction& in) { return text_of(in.access); });
}

TEST(Decoder, LiteralsAreRelativeToAnAlignedProgramCounter)
{
    SKIP_WITHOUT_ASSEMBLER();
    std::vector<Instruction> code = instructions("ldr r0, [pc, #8]\n ldr r0, [pc, #8]\n nop\n"
                                                 "tbb [pc, r0]\n vldr s0, [pc, #4]\n");
    EXPECT_EQ(text_of(code[0].access), "load 1 x 4 at literal 0x4 + 8");
    EXPECT_EQ(text_of(code[1].access), "load 1 x 4 at literal 0x4 + 8");       // at 2: pc is 6
    EXPECT_EQ(text_of(code[3].access), "load 1 x 1 at literal 0xa + r0 << 0"); // at 6: not aligned
    EXPECT_EQ(text_of(code[4].access), "load 1 x 4 at literal 0xc + 4");       // at 10: pc is 14
}

TEST(Decoder, ReadsAndWritesTheRegistersThatTheManualSays)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"adds r0, r1, r2", "r1 r2 -> r0"},
        Row {"adds r0, #1", "r0 -> r0"},
        Row {"cmp r0, r1", "r0 r1 -> "},
        Row {"mov r8, r1", "r1 -> r8"},
        Row {"movt r0, #1", "r0 -> r0"},
        Row {"bfi r0, r1, #2, #3", "r0 r1 -> r0"},
        Row {"umlal r0, r1, r2, r3", "r0 r1 r2 r3 -> r0 r1"},
        Row {"smull r0, r1, r2, r3", "r2 r3 -> r0 r1"},
        Row {"smlald r0, r1, r2, r3", "r0 r1 r2 r3 -> r0 r1"},
        Row {"mla r0, r1, r2, r3", "r1 r2 r3 -> r0"},
        Row {"ldr r0, [r1, r2]", "r1 r2 -> r0"},
        Row {"ldr r0, [r1], #4", "r1 -> r0 r1"},
        Row {"str r0, [r1, #4]!", "r0 r1 -> r1"},
        Row {"strd r0, r1, [r2, #8]!", "r0 r1 r2 -> r2"},
        Row {"ldrd r0, r1, [r2], #8", "r2 -> r0 r1 r2"},
        Row {"strex r0, r1, [r2]", "r1 r2 -> r0"},
        Row {"push {r4, lr}", "r4 sp lr -> sp"},
        Row {"pop {r4, pc}", "sp -> r4 sp pc"},
        Row {"ldmia r0!, {r1, r2}", "r0 -> r0 r1 r2"},
        Row {"ldmia r0, {r0, r1}", "r0 -> r0 r1"},
        Row {"stmdb r0!, {r1, r2}", "r0 r1 r2 -> r0"},
        Row {"stmdb r0, {r1, r2}", "r0 r1 r2 -> "},
        Row {"bx lr", "lr -> pc"},
        Row {"blx r3", "r3 pc -> lr pc"},
        Row {"vadd.f32 s0, s1, s2", "s1 s2 -> s0"},
        Row {"vadd.f32 s31, s30, s29", "s29 s30 -> s31"},
        Row {"vfma.f32 s0, s1, s2", "s0 s1 s2 -> s0"},
        Row {"vmov r0, r1, d1", "s2 s3 -> r0 r1"},
        Row {"vmov d1, r0, r1", "r0 r1 -> s2 s3"},
        Row {"vldr d1, [r0]", "r0 -> s2 s3"},
        Row {"vldmia r0!, {s4-s6}", "r0 -> r0 s4 s5 s6"},
        Row {"vpush {d8}", "sp s16 s17 -> sp"},
        Row {"vstmdb r0!, {s1}", "r0 s1 -> r0"},
    };
    expect_rows(rows,
        [](const Instruction& in) { return text_of(in.reads) + " -> " + text_of(in.writes); });
}

TEST(Decoder, AddendsAndStoredValuesAreReadLate)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"mla r0, r1, r2, r3", "r3"},
        Row {"smlad r0, r1, r2, r3", "r3"},
        Row {"smlald r0, r1, r2, r3", "r0 r1"},
        Row {"smlal r0, r1, r2, r3", "r0 r1"},
        Row {"vfma.f32 s0, s1, s2", "s0"},
        Row {"str r0, [r1, r2]", "r0"},
        Row {"strd r0, r1, [r2]", "r0 r1"},
        Row {"push {r4, r5}", "r4 r5"},
        Row {"vstr d1, [r0]", "s2 s3"},
        Row {"mul r0, r1, r2", ""},
        Row {"ldr r0, [r1]", ""},
    };
    expect_rows(rows, [](const Instruction& in) { return text_of(in.accumulator); });
}

TEST(Decoder, OperandsThatAreMovedFirstAreReadEarly)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"add r0, r1, r2, lsl #3", "r2"},
        Row {"add r0, r1, r2", ""},
        Row {"ubfx r0, r1, #2, #3", "r1"},
        Row {"bfi r0, r1, #2, #3", "r1"},
        Row {"rev r0, r1", "r1"},
        Row {"uxtb r0, r1", ""},
        Row {"sxtab r0, r1, r2", "r2"},
        Row {"pkhbt r0, r1, r2, lsl #16", "r2"},
        Row {"pkhtb r0, r1, r2, asr #16", "r1 r2"},
    };
    expect_rows(rows, [](const Instruction& in) {
        std::string text;
        for (int r = 0; r < 16; ++r)
            if (in.shifted >> r & 1)
                text += (text.empty() ? "r" : " r") + std::to_string(r);
        return text;
    });
}

TEST(Decoder, KnowsWhatAnEarlyAluCanDo)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"add r0, r1, r2", "add"},
        Row {"subs r0, r1, #3", "add"},
        Row {"addw r0, r1, #0xff9", "add"},
        Row {"add r0, r1, r2, lsl #3", "other"},
        Row {"sub r0, r1, #0x1fc0", "other"},
        Row {"mov r0, r1", "move"},
        Row {"movw r0, #0x1234", "move"},
        Row {"movt r0, #0x1234", "other"},
        Row {"lsls r0, r1, #3", "shift"},
        Row {"asr.w r0, r1, r2", "shift"},
        Row {"rrx r0, r1", "other"},
        Row {"eor r0, r1, r2", "other"},
        Row {"rsbs r0, r1, #0", "other"},
    };
    constexpr std::array names = {"other", "add", "move", "shift"};
    expect_rows(rows,
        [&](const Instruction& in) { return names.at(static_cast<std::size_t>(in.operation)); });
}

TEST(Decoder, CountsMultiplyAccumulates)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"mul r0, r1, r2", "1"},
        Row {"mla r0, r1, r2, r3", "1"},
        Row {"smlal r0, r1, r2, r3", "1"},
        Row {"smlad r0, r1, r2, r3", "2"},
        Row {"smlaldx r0, r1, r2, r3", "2"},
        Row {"smmul r0, r1, r2", "1"},
        Row {"vfma.f32 s0, s1, s2", "1"},
        Row {"adds r0, r1", "0"},
        Row {"vmul.f32 s0, s1, s2", "0"},
    };
    expect_rows(rows, [](const Instruction& in) { return std::to_string(in.macs); });
}

TEST(Decoder, KnowsHowControlLeaves)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"adds r0, #1", "0 0"},
        Row {"beq .+8", "1 10"},
        Row {"cbz r0, .+8", "1 12"},
        Row {"b.n .+8", "2 14"},
        Row {"b.w .+8", "2 16"},
        Row {"bl .+8", "3 20"},
        Row {"blx r0", "4 0"},
        Row {"bx r0", "5 0"},
        Row {"pop {pc}", "5 0"},
        Row {"ldr pc, [r0]", "5 0"},
        Row {"mov pc, r0", "5 0"},
        Row {"tbb [r0, r1]", "5 0"},
        Row {"bkpt 0", "6 0"},
        Row {"svc 0", "6 0"},
        Row {"udf 0", "6 0"},
        Row {"wfi", "6 0"},
        Row {"ldmia r0, {r1, pc}", "5 0"},
    };
    expect_rows(rows, [](const Instruction& in) {
        return std::to_string(static_cast<int>(in.flow)) + " " + std::to_string(in.target);
    });
}

TEST(Decoder, InstructionsUnderItAreConditional)
{
    SKIP_WITHOUT_ASSEMBLER();
    std::vector<Instruction> code
        = instructions("cmp r0, #0\n ittee eq\n moveq r1, #1\n ldreq r2, [r3]\n"
                       "movne r1, #2\n strne r2, [r3]\n movs r4, #1\n");
    ASSERT_EQ(code.size(), 7u);
    EXPECT_FALSE(code[1].conditional);
    for (int i : {2, 3, 4, 5}) {
        EXPECT_TRUE(code.at(i).conditional) << i;
        EXPECT_TRUE(code.at(i).reads_flags) << i;
    }
    EXPECT_FALSE(code[6].conditional);
    EXPECT_EQ(code[1].words, 4); // as many instructions as it governs
    EXPECT_EQ(code[2].semantics, Semantics::unknown);
    EXPECT_EQ(text_of(code[3].access), "load 1 x 4 at r3");
}

TEST(Decoder, AnItBlockIsFollowedIntoTheNextBlock)
{
    SKIP_WITHOUT_ASSEMBLER();
    std::vector<std::uint8_t> code
        = sim_tests::machine_code("cmp r0, #0\n ite eq\n ldreq r1, [r0]\n"
                                  "ldrne r1, [r2]\n ldr r3, [r2]\n");
    std::span bytes(code);
    BlockTable table;
    Block& before = table.add(bytes.first(6), 0, nullptr);
    Block& after = table.add(bytes.subspan(6), 6, &before);
    EXPECT_TRUE(before.instructions[2].conditional);
    EXPECT_TRUE(after.instructions[0].conditional);
    EXPECT_FALSE(after.instructions[1].conditional);
    EXPECT_TRUE(after.operands[0].observed);
    EXPECT_FALSE(after.operands[1].observed);

    BlockTable another; // entered by a branch from elsewhere: no IT reaches it
    EXPECT_FALSE(another.add(bytes.subspan(6), 6, nullptr).instructions[0].conditional);
}

TEST(Decoder, SetsAndReadsFlags)
{
    SKIP_WITHOUT_ASSEMBLER();
    constexpr std::array rows = {
        Row {"adds r0, r1", "sets"},
        Row {"add.w r0, r1, r2", ""},
        Row {"cmp r0, r1", "sets"},
        Row {"tst r0, r1", "sets"},
        Row {"cmn r0, r1", "sets"},
        Row {"teq r0, r1", "sets"},
        Row {"mul r0, r1, r2", ""},
        Row {"beq .", "reads"},
        Row {"b .", ""},
        Row {"cbz r0, .+8", ""},
        Row {"adcs r0, r1", "setsreads"},
        Row {"sbc.w r0, r1, r2", "reads"},
        Row {"sel r0, r1, r2", "reads"},
    };
    expect_rows(rows, [](const Instruction& in) {
        return std::string(in.sets_flags ? "sets" : "") + (in.reads_flags ? "reads" : "");
    });
}

TEST(Decoder, DisassemblesForPeople)
{
    SKIP_WITHOUT_ASSEMBLER();
    std::vector<std::uint8_t> code = sim_tests::machine_code("ldr r1, [r4], #4\n nop\n");
    std::vector<Decoder::Line> lines = Decoder().disassemble(code, 0x100);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].text, "ldr r1, [r4], #4");
    EXPECT_EQ(lines[1].address, 0x104u);
    EXPECT_EQ(lines[1].text, "nop");
}

TEST(Decoder, DecodesAnyBytesToTheirEnd)
{
    std::uint32_t random = 1;
    for (int turn = 0; turn < 300; ++turn) {
        std::vector<std::uint8_t> code(64);
        for (std::uint8_t& byte : code)
            byte = static_cast<std::uint8_t>((random = random * 1664525 + 1013904223) >> 24);
        std::uint32_t at = 0x1000;
        for (const Instruction& in : Decoder().decode(code, at)) {
            EXPECT_EQ(in.address, at);
            at = in.end();
        }
        EXPECT_EQ(at, 0x1000u + code.size());
    }
}

} // namespace

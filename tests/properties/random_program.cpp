// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/properties/random_program.h"

#include "tests/support/assembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace properties {
namespace {

using Code = std::vector<std::uint8_t>;

// r0-r3 hold data, r4 points at bytes of SRAM, r5 at words of it, r6 is a small index, r7 counts
// turns, r8 points at bytes of flash, r11 at words of it, r9 at a function, r12 at words of the
// slow bank, r10 counts turns of loops in loops; [sp] holds r4's like, [sp, #4] r5's.
constexpr const char* phrases[] = {
    "adds r0, r1, r2",
    "subs r1, #3",
    "lsls r2, r0, #2",
    "mul r3, r0, r1",
    "smlad r0, r1, r2, r0",
    "umlal r2, r3, r0, r1",
    "sdiv r0, r1, r2",
    "add r0, r1, r2, lsl #3",
    "uxtb r1, r0",
    "sxtb16 r2, r1",
    "movw r3, #0x1234",
    "nop",
    "mla r0, r1, r2, r3",
    "ldr r0, [r4]",
    "ldr r1, [r4, #4]",
    "ldrb r2, [r4], #1",
    "ldrsh r3, [r4], #2",
    "ldr r0, [r4], #4",
    "ldrsb r1, [r4, #-1]!",
    "ldr r1, [r5, #-4]!",
    "ldr r2, [r5], #4",
    "ldrd r0, r1, [r5, #8]",
    "ldrd r2, r3, [r5], #8",
    "ldmia r5!, {r0-r3}",
    "ldmdb r5!, {r0, r1}",
    "ldmia r5, {r0, r2}",
    "str r0, [r4]",
    "strb r1, [r4], #1",
    "strh r2, [r4, #2]!",
    "str r3, [r5], #4",
    "strd r0, r1, [r5, #-8]!",
    "stmia r5!, {r0-r2}",
    "stmdb r5!, {r2, r3}",
    "str r0, [r4, r6]",
    "ldrb r1, [r4, r6]",
    "ldr r2, [r5, r6, lsl #2]",
    "strh r3, [r5, r6, lsl #1]",
    "and r6, r0, #31",
    "ubfx r6, r1, #3, #4",
    "movs r6, #5",
    "lsrs r6, r2, #28",
    "mul r6, r6, r6\n and r6, r6, #63",
    "ldr r0, [r8]",
    "ldr r1, [r8], #4",
    "ldrb r2, [r8], #3",
    "ldrh r3, [r8], #2",
    "ldr r2, [r8, #1]",
    "ldmia r11!, {r0-r3}",
    "ldr r3, [r11], #4",
    "ldrd r0, r1, [r11]",
    "ldr r0, [r4, #1]",
    "str r1, [r4, #2]",
    "ldr r0, [r12], #4",
    "str r1, [r12, #8]",
    "ldmia r12, {r0-r3}",
    "str r4, [sp]",
    "ldr r4, [sp]",
    "str r5, [sp, #4]",
    "ldr r5, [sp, #4]",
    "ldr r3, [sp, #4]\n ldr r0, [r3, #16]",
    "ldr r3, [sp]\n ldrb r0, [r3], #1\n str r3, [sp]",
    "push {r0-r3}\n pop {r0-r3}",
    "push {r0}\n ldr r1, [sp]\n pop {r2}",
    "sub sp, #16\n str r0, [sp, #8]\n add sp, #16",
    "cmp r0, r1\n it lt\n ldrlt r2, [r4]",
    "cmp r0, #0\n ite eq\n ldreq r2, [r5, #4]\n strne r1, [r5, #12]",
    "tst r1, #1\n itt ne\n ldrne r0, [r4]\n addne r4, #1",
    "tst r0, #2\n it ne\n movne r6, #9",
    "cmp r0, r1\n bge 1f\n ldr r2, [r4], #1\n 1:",
    "cbz r1, 1f\n str r0, [r5, #4]\n 1:",
    "tst r2, #4\n beq 1f\n ldmia r5, {r0, r1}\n b 2f\n 1: adds r2, #1\n 2:",
    "tst r7, #1\n beq 1f\n ldr r2, [r4], #4\n 1:",
    "tst r7, #4\n bne 1f\n str r2, [r5], #4\n b 2f\n 1: ldrb r0, [r8], #1\n 2:",
    "cmp r7, #9\n bhi 1f\n ldmia r5!, {r0, r1}\n 1:",
    "mov r10, #3\n 1: ldrb r0, [r4], #1\n subs r10, #1\n bne 1b",
    "mov r10, #9\n 1: ldr r0, [r5], #4\n subs r10, #1\n bne 1b",
    "mov r10, #9\n 1: lsls r0, r0, #1\n bcc 2f\n str r1, [r5], #4\n 2: subs r10, #1\n bne 1b",
    "ldr r3, [sp]\n cbz r1, 1f\n strb r0, [r3], #1\n str r3, [sp]\n 1:",
    "ldr r3, [sp, #4]\n tst r7, #2\n beq 1f\n ldr r0, [r3], #4\n 1: str r3, [sp, #4]",
    "blx r9",
    "vldr s0, [r5]\n vstr s0, [r5, #4]",
    "vldmia r5!, {s0-s3}",
    "vpush {s0-s1}\n vpop {s2-s3}",
    "vadd.f32 s0, s1, s2\n vmla.f32 s3, s0, s1",
    "ldrex r0, [r5]\n strex r1, r0, [r5]",
};
constexpr int phrase_count = std::size(phrases);

constexpr const char* begin = R"(
    movw r0, #1
    movw r1, #0x7001
    movw r2, #0xfff3
    movs r3, #77
    movw r4, #0x8001
    movt r4, #0x2000
    movw r5, #0x8000
    movt r5, #0x2000
    movs r6, #3
    mov r8, #0x4000
    mov r11, #0x4000
    mov r12, #0x30000000
    movs r9, #9
    sub sp, #8
    str r4, [sp]
    str r5, [sp, #4]
)";
constexpr const char* end = R"(
    movs r0, #0x18
    movw r1, #0x26
    movt r1, #2
    bkpt 0xab
)";
/// At address 8: loads, stores, uses the stack, returns.
constexpr const char* function = R"(
    push {r0, r4, lr}
    ldr r0, [r5, #4]
    ldrb r4, [r4]
    str r0, [r5, #8]
    pop {r0, r4, pc}
)";

struct Vocabulary {
    std::vector<Code> phrases;
    Code begin, end, function;
};

Vocabulary assembled()
{
    std::string source;
    std::vector<std::string_view> texts(std::begin(phrases), std::end(phrases));
    texts.insert(texts.end(), {begin, end, function});
    for (std::size_t i = 0; i < texts.size(); ++i)
        source += fmt::format("phrase_{}:\n {}\n", i, texts[i]);
    source += fmt::format("phrase_{}: nop\n", texts.size());
    sim::ElfImage image(support::assemble(source, support::cortex_m4_flags, 0x1000), "vocabulary");
    std::vector<Code> codes;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::uint32_t from = image.symbol_address(fmt::format("phrase_{}", i)).value();
        std::uint32_t to = image.symbol_address(fmt::format("phrase_{}", i + 1)).value();
        std::span<const std::uint8_t> bytes = image.bytes_at(from, to - from);
        codes.emplace_back(bytes.begin(), bytes.end());
    }
    Vocabulary result;
    result.function = codes.back();
    codes.pop_back();
    result.end = codes.back();
    codes.pop_back();
    result.begin = codes.back();
    codes.pop_back();
    result.phrases = codes;
    return result;
}

void append(Code& code, const Code& more) { code.insert(code.end(), more.begin(), more.end()); }

void append_half(Code& code, unsigned half)
{
    code.push_back(static_cast<std::uint8_t>(half));
    code.push_back(static_cast<std::uint8_t>(half >> 8));
}

void append_word(Code& code, std::uint32_t word)
{
    append_half(code, word & 0xffff);
    append_half(code, word >> 16);
}

/// An ELF executable of one segment at address 0, without sections.
Code elf_of(const Code& bytes)
{
    Code elf = {0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    append_half(elf, 2);  // executable
    append_half(elf, 40); // Arm
    constexpr std::uint32_t header = 52, program_header = 32;
    auto size = static_cast<std::uint32_t>(bytes.size());
    for (std::uint32_t word : {1u, 0u, header, 0u, 0x05000000u})
        append_word(elf, word);
    for (unsigned half : {header, program_header, 1u, 40u, 0u, 0u})
        append_half(elf, half);
    for (std::uint32_t word : {1u, header + program_header, 0u, 0u, size, size, 5u, 4u})
        append_word(elf, word);
    append(elf, bytes);
    return elf;
}

} // namespace

int vocabulary_size() { return phrase_count; }

std::unique_ptr<sim::ElfImage> program_of(const std::vector<Loop>& loops, std::uint32_t padding)
{
    static const Vocabulary vocabulary = assembled();
    constexpr std::uint32_t vectors = 8;
    Code code;
    append_word(code, 0x20020000); // stack: the end of SRAM
    auto start
        = static_cast<std::uint32_t>(vectors + vocabulary.function.size() + 3) / 4 * 4 + padding;
    append_word(code, start | 1);
    append(code, vocabulary.function);
    code.resize(start);

    append(code, vocabulary.begin);
    for (const Loop& loop : loops) {
        append_half(code, 0x2700u | static_cast<unsigned>(loop.turns)); // movs r7, #turns
        std::size_t first = code.size();
        for (int phrase : loop.phrases)
            append(code, vocabulary.phrases.at(static_cast<std::size_t>(phrase)));
        append_half(code, 0x3f01); // subs r7, #1
        auto back = (static_cast<int>(first) - static_cast<int>(code.size()) - 4) / 2;
        append_half(code, 0xd100u | (static_cast<unsigned>(back) & 0xff)); // bne first
    }
    append(code, vocabulary.end);
    return std::make_unique<sim::ElfImage>(elf_of(code), "random program");
}

} // namespace properties

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/recipe.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

namespace {

using namespace sim;

/// Words that a block finds in memory; everything else is no memory.
using Words = std::map<std::uint32_t, std::uint32_t>;

Recipe::Memory::Window window_of_words(void* context, std::uint32_t address, unsigned bytes)
{
    const Words& words = *static_cast<const Words*>(context);
    auto word = words.find(address & ~3u);
    if (word == words.end() || (address & 3) + bytes > 4)
        return {};
    return {reinterpret_cast<const std::uint8_t*>(&word->second), word->first, 4};
}

/// Registers r0 ... r12 hold 0x100, 0x200, ...; sp 0x8000. "linear 0x100+4 0x200+0": start and
/// stride by operand; "watched yes no" if an operand must be observed.
std::string evaluated(std::string_view source, Words words = {})
{
    Recipe recipe(sim_tests::instructions(source));
    std::string text;
    if (recipe.observes()) {
        for (const Recipe::Operand& operand : recipe.operands())
            text += operand.observed ? " yes" : " no";
        return "watched" + text;
    }
    std::array<std::uint32_t, 16> registers {};
    for (std::uint32_t r = 0; r < 13; ++r)
        registers[r] = 0x100 * (r + 1);
    registers[sp] = 0x8000;
    std::vector<Recipe::Stream> streams;
    Recipe::Memory memory(window_of_words, &words);
    Recipe::Result result = recipe.evaluate(registers, memory, streams);
    if (result == Recipe::Result::unresolved)
        return "unresolved";
    for (const Recipe::Place& place : recipe.grouping().places) {
        const Recipe::Stream& stream = streams.at(place.group);
        std::uint32_t start = stream.start + static_cast<std::uint32_t>(place.offset);
        text += result == Recipe::Result::linear
            ? fmt::format(" {:#x}{:+}", start, static_cast<std::int32_t>(stream.stride))
            : fmt::format(" {:#x}", start);
    }
    return (result == Recipe::Result::linear ? "linear" : "first only") + text;
}

class RecipeTest : public testing::Test {
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }
};

TEST_F(RecipeTest, FollowsBaseIndexAndDisplacement)
{
    EXPECT_EQ(evaluated("ldr r4, [r0, #8]"), "linear 0x108+0");
    EXPECT_EQ(evaluated("ldr r4, [r0, #-8]"), "linear 0xf8+0");
    EXPECT_EQ(evaluated("ldrb r4, [r0, r1]"), "linear 0x300+0");
    EXPECT_EQ(evaluated("ldr r4, [r0, r1, lsl #2]"), "linear 0x900+0");
    EXPECT_EQ(evaluated("push {r4, r5}"), "linear 0x7ff8-8");
    EXPECT_EQ(evaluated("ldr r4, [pc, #8]"), "linear 0xc+0");
}

TEST_F(RecipeTest, WriteBackMovesTheNextAccessAndTheNextTurn)
{
    EXPECT_EQ(evaluated("ldr r4, [r0], #4\n ldr r5, [r0], #4"), "linear 0x100+8 0x104+8");
    EXPECT_EQ(evaluated("ldr r4, [r0, #4]!\n ldr r5, [r0]"), "linear 0x104+4 0x104+4");
    EXPECT_EQ(evaluated("strb r4, [r0], #-1"), "linear 0x100-1");
    EXPECT_EQ(evaluated("ldmia r0!, {r4-r7}\n stmdb r1!, {r4-r7}"), "linear 0x100+16 0x1f0-16");
    EXPECT_EQ(evaluated("vldmia r0!, {s0-s2}"), "linear 0x100+12");
    EXPECT_EQ(evaluated("push {r4}\n pop {r4}"), "linear 0x7ffc+0 0x7ffc+0");
}

TEST_F(RecipeTest, FollowsSumsDifferencesAndShifts)
{
    EXPECT_EQ(evaluated("adds r0, #4\n ldr r4, [r0]"), "linear 0x104+4");
    EXPECT_EQ(evaluated("subs r0, r0, r1\n ldr r4, [r0]"), "linear 0xffffff00-512");
    EXPECT_EQ(evaluated("add r4, r0, r1, lsl #1\n ldr r5, [r4]"), "linear 0x500+0");
    EXPECT_EQ(evaluated("lsls r4, r0, #2\n ldr r5, [r4]"), "linear 0x400+0");
    EXPECT_EQ(evaluated("rsb r4, r0, #0x1000\n ldr r5, [r4]"), "linear 0xf00+0");
    EXPECT_EQ(evaluated("mov r4, r1\n movs r1, #16\n ldr r5, [r4, r1]"), "first only 0x210");
    EXPECT_EQ(
        evaluated("movw r4, #0x5678\n movt r4, #0x1234\n ldr r5, [r4]"), "linear 0x12345678+0");
}

TEST_F(RecipeTest, EvaluatesShiftsRightMasksExtensionsAndProductsAsAWhole)
{
    EXPECT_EQ(evaluated("lsrs r4, r2, #4\n ldrb r5, [r0, r4]"), "linear 0x130+0");
    EXPECT_EQ(evaluated("movs r4, #0\n subs r4, #32\n asrs r4, r4, #2\n ldrb r5, [r0, r4]"),
        "linear 0xf8+0");
    EXPECT_EQ(
        evaluated("movw r3, #0x1ff\n and r4, r3, #0x3f\n ldrb r5, [r0, r4]"), "linear 0x13f+0");
    EXPECT_EQ(evaluated("bic r4, r2, #0x200\n ldrb r5, [r0, r4]"), "linear 0x200+0");
    EXPECT_EQ(evaluated("ubfx r4, r2, #8, #4\n ldrb r5, [r0, r4]"), "linear 0x103+0");
    EXPECT_EQ(evaluated("movw r3, #0x1ff\n uxtb r4, r3\n ldrb r5, [r0, r4]"), "linear 0x1ff+0");
    EXPECT_EQ(evaluated("movw r3, #0x1ff\n sxtb r4, r3\n ldrb r5, [r0, r4]"), "linear 0xff+0");
    EXPECT_EQ(evaluated("movw r3, #0xfffe\n sxth r4, r3\n ldrb r5, [r0, r4]"), "linear 0xfe+0");
    EXPECT_EQ(evaluated("mul r4, r0, r1\n ldrb r5, [r2, r4]"), "linear 0x20300+0");
    EXPECT_EQ(evaluated("mla r4, r0, r1, r2\n ldrb r5, [r4]"), "linear 0x20300+0");
    EXPECT_EQ(evaluated("mls r4, r0, r1, r2\n ldrb r5, [r4]"), "linear 0xfffe0300+0");
}

TEST_F(RecipeTest, AProductGrowsWithOneOfItsFactors)
{
    EXPECT_EQ(evaluated("mul r4, r0, r1\n adds r0, #1\n ldrb r5, [r2, r4]"), "linear 0x20300+512");
    // Both grow: no straight line.
    EXPECT_EQ(evaluated("mul r4, r0, r1\n adds r0, #1\n adds r1, #1\n ldrb r5, [r2, r4]"),
        "first only 0x20300");
    // A shift right of what grows is no straight line either.
    EXPECT_EQ(evaluated("lsrs r4, r0, #1\n adds r0, #1\n ldrb r5, [r2, r4]"), "first only 0x380");
}

TEST_F(RecipeTest, GrowthByARegister)
{
    EXPECT_EQ(evaluated("ldr r4, [r0]\n add r0, r1"), "linear 0x100+512");
    // Growth that grows itself.
    EXPECT_EQ(evaluated("ldr r4, [r0]\n add r0, r1\n adds r1, #4"), "first only 0x100");
}

TEST_F(RecipeTest, FollowsPointersThatTheBlockLoads)
{
    EXPECT_EQ(evaluated("ldr r4, [sp, #8]\n ldr r5, [r4, #4]", {{0x8008, 0x3000}}),
        "linear 0x8008+0 0x3004+0");
    EXPECT_EQ(evaluated("ldr r4, [sp]\n ldr r4, [r4]\n ldr r5, [r4]",
                  {{0x8000, 0x3000}, {0x3000, 0x4000}}),
        "linear 0x8000+0 0x3000+0 0x4000+0");
    EXPECT_EQ(evaluated("ldrb r4, [sp, #1]\n ldr r5, [r0, r4, lsl #2]", {{0x8000, 0x0300}}),
        "linear 0x8001+0 0x10c+0");
    EXPECT_EQ(evaluated("ldrsh r4, [sp]\n ldrb r5, [r0, r4]", {{0x8000, 0xfffc}}),
        "linear 0x8000+0 0xfc+0");
    EXPECT_EQ(evaluated("ldrd r4, r5, [sp]\n ldr r6, [r5]", {{0x8000, 1}, {0x8004, 0x3000}}),
        "linear 0x8000+0 0x3000+0");
    EXPECT_EQ(evaluated("ldmia r0, {r4, r5}\n ldr r6, [r5]", {{0x100, 1}, {0x104, 0x3000}}),
        "linear 0x100+0 0x3000+0");
}

TEST_F(RecipeTest, ASpilledPointerGrowsByWhatIsStoredBack)
{
    EXPECT_EQ(
        evaluated("ldr r4, [sp, #8]\n ldr r5, [r4], #4\n str r4, [sp, #8]", {{0x8008, 0x3000}}),
        "linear 0x8008+0 0x3000+4 0x8008+0");
    // Stored, and loaded again in the same turn.
    EXPECT_EQ(evaluated("str r1, [sp, #8]\n ldr r4, [sp, #8]\n ldr r5, [r4]"),
        "linear 0x8008+0 0x8008+0 0x200+0");
}

TEST_F(RecipeTest, MemoryThatCannotBeReadIsUnresolved)
{
    EXPECT_EQ(evaluated("ldr r4, [sp, #8]\n ldr r5, [r4]"), "unresolved");
}

TEST_F(RecipeTest, AStoreThatMayOverlapAPointerIsChecked)
{
    constexpr const char* code = "str r3, [r0]\n ldr r4, [sp]\n ldr r5, [r4]";
    EXPECT_EQ(evaluated(code, {{0x8000, 0x3000}}), "linear 0x100+0 0x8000+0 0x3000+0");
    // The word that r1 points at is the one stored: memory at entry does not have what is loaded.
    EXPECT_EQ(evaluated("str r3, [r0, #0x100]\n ldr r4, [r1]\n ldr r5, [r4]", {{0x200, 0x3000}}),
        "unresolved");
    EXPECT_EQ(evaluated("strb r3, [r0, #0x103]\n ldr r4, [r1]\n ldr r5, [r4]", {{0x200, 0x3000}}),
        "unresolved");
    EXPECT_EQ(evaluated("strb r3, [r0, #0x104]\n ldr r4, [r1]\n ldr r5, [r4]", {{0x200, 0x3000}}),
        "linear 0x204+0 0x200+0 0x3000+0");
}

TEST_F(RecipeTest, AByteStoredIntoAPointerMakesItUnknown)
{
    EXPECT_EQ(evaluated("strb r3, [sp]\n ldr r4, [sp]\n ldr r5, [r4]", {{0x8000, 0x3000}}),
        "watched no no yes");
}

TEST_F(RecipeTest, AccessesUnderItAndUnknownAddressesAreObserved)
{
    EXPECT_EQ(evaluated("cmp r0, #0\n it eq\n ldreq r4, [r0]\n ldr r5, [r1]"), "watched yes no");
    EXPECT_EQ(evaluated("orrs r0, r1\n ldr r4, [r0]"), "watched yes");
    EXPECT_EQ(evaluated("vmov r0, s0\n ldr r4, [r0]"), "watched yes");
    EXPECT_EQ(evaluated("cmp r0, #0\n it eq\n moveq r1, #0\n ldr r5, [r1]"), "watched yes");
    EXPECT_EQ(evaluated("strex r0, r1, [r2]\n ldr r4, [r0]"), "watched no yes");
    // A write-back that may not happen.
    EXPECT_EQ(
        evaluated("cmp r0, #0\n it eq\n ldreq r4, [r0], #4\n ldr r5, [r0]"), "watched yes yes");
}

TEST_F(RecipeTest, NeedsOnlyTheRegistersThatAddressesRestOn)
{
    Recipe recipe(
        sim_tests::instructions("ldr r4, [r0, r1]\n adds r5, r6, r7\n smlad r8, r4, r5, r8"));
    EXPECT_EQ(sim_tests::text_of(recipe.needs()), "r0 r1");
}

TEST_F(RecipeTest, KnowsHowLowTheStackGoes)
{
    Recipe recipe(
        sim_tests::instructions("push {r4, r5}\n sub sp, #24\n add sp, #24\n pop {r4, r5}"));
    EXPECT_EQ(recipe.stack_low(), -32);
    EXPECT_FALSE(recipe.stack_unknown());
    EXPECT_FALSE(Recipe(sim_tests::instructions("pop {r4, r5}")).stack_low());
    EXPECT_TRUE(Recipe(sim_tests::instructions("sub sp, sp, r0")).stack_unknown());
}

TEST_F(RecipeTest, ARunEndsBeforeItsStoresReachItsPointers)
{
    Recipe recipe(sim_tests::instructions("ldr r4, [sp]\n ldr r5, [r4]\n str r5, [r0], #4"));
    Words words {{0x8000, 0x3000}};
    std::array<std::uint32_t, 16> registers {};
    registers[0] = 0x7fc0; // 16 words below the pointer
    registers[sp] = 0x8000;
    std::vector<Recipe::Stream> streams;
    Recipe::Memory memory(window_of_words, &words);
    ASSERT_EQ(recipe.evaluate(registers, memory, streams), Recipe::Result::linear);
    EXPECT_EQ(recipe.undisturbed_turns(streams), 16u);
}

} // namespace

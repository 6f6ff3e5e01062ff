// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/register_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcu {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t own = 0x100, other = 0x200;

std::variant<RegisterRule, std::string> parse(std::string_view text)
{
    return parse_register_rule(
        text, own, [](std::string_view name) -> std::optional<std::uint32_t> {
            return name == "OTHER" ? std::optional(other) : std::nullopt;
        });
}

/// The rule; the default one, and a failure, if it is wrong.
RegisterRule rule_of(std::string_view text)
{
    auto parsed = parse(text);
    EXPECT_TRUE(std::holds_alternative<RegisterRule>(parsed)) << std::get<std::string>(parsed);
    return std::holds_alternative<RegisterRule>(parsed) ? std::get<RegisterRule>(parsed)
                                                        : RegisterRule();
}

std::string complaint_about(std::string_view text)
{
    auto parsed = parse(text);
    return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed)
                                                       : "(nothing)";
}

TEST(RegisterRuleTest, ABitFollowsABit)
{
    RegisterRule rule = rule_of("HSEON 16 -> HSERDY 17");
    EXPECT_EQ(rule.kind, RegisterRule::Kind::follows);
    EXPECT_EQ(rule.source, (BitRange {16, 1}));
    EXPECT_EQ(rule.destination, (BitRange {17, 1}));
    EXPECT_EQ(rule.target, own);
    EXPECT_FALSE(rule.source_inverted || rule.destination_inverted || rule.destination_toggled);
}

TEST(RegisterRuleTest, MarksAndOtherRegisters)
{
    RegisterRule inverted = rule_of("!RESET 24:0 -> OTHER.DONE 24:0");
    EXPECT_TRUE(inverted.source_inverted);
    EXPECT_EQ(inverted.target, other);
    EXPECT_EQ(inverted.source, (BitRange {0, 25}));

    RegisterRule decoded = rule_of("SRC 1:0 -> decoded SELECTED 3:0");
    EXPECT_EQ(decoded.kind, RegisterRule::Kind::decoded);

    RegisterRule cleared = rule_of("PIN 31:0 => !OTHER.PIN 31:0");
    EXPECT_EQ(cleared.kind, RegisterRule::Kind::once);
    EXPECT_TRUE(cleared.destination_inverted);
    EXPECT_EQ(cleared.source.mask(), ~0u);

    RegisterRule toggled = rule_of("PIN 3 => ^OTHER.PIN 3");
    EXPECT_TRUE(toggled.destination_toggled);
}

TEST(RegisterRuleTest, NonsenseIsExplained)
{
    for (const char* text :
        {"", "A", "A 1 -> B", "A 1 > B 2", "A 32 -> B 1", "A 1:2 -> B 1:0", "A x -> B 1",
            "A -1 -> B 1", "A 1 -> B 1 C 2", "A 1: -> B 1", "A :1 -> B 1", "A 1 decoded -> B 1"})
        EXPECT_THAT(complaint_about(text), HasSubstr("expected 'FIELD BITS -> ")) << text;
    EXPECT_THAT(
        complaint_about("A 1 -> NOBODY.B 2"), HasSubstr("there is no register 'NOBODY' here"));
    EXPECT_THAT(complaint_about("A 1:0 -> B 6:4"), HasSubstr("3 bits cannot follow 2"));
    EXPECT_THAT(complaint_about("A 0 -> decoded B 7:0"), HasSubstr("cannot follow"));
    EXPECT_THAT(complaint_about("A 1 => decoded B 1:0"), HasSubstr("what is decoded follows"));
    EXPECT_THAT(complaint_about("A 1 -> ^B 1"), HasSubstr("what toggles does so once"));
}

} // namespace
} // namespace mcu

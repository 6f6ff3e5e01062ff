// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/arm_attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace sim;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A section whose file-wide attributes are `tags`.
std::vector<std::uint8_t> section_of(const std::vector<std::uint8_t>& tags)
{
    auto size = static_cast<std::uint8_t>(tags.size());
    std::vector<std::uint8_t> bytes {'A', static_cast<std::uint8_t>(size + 15), 0, 0, 0, 'a', 'e',
        'a', 'b', 'i', 0, 1, static_cast<std::uint8_t>(size + 5), 0, 0, 0};
    for (std::uint8_t byte : tags)
        bytes.push_back(byte);
    return bytes;
}

ArmAttributes attributes_of(const std::vector<std::uint8_t>& tags)
{
    return read_arm_attributes(section_of(tags));
}

std::string complaint(const ArmAttributes& attributes)
{
    try {
        refuse_foreign_architecture(attributes, "x.elf");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

TEST(ArmAttributesTest, ReadsTheTagsItKnowsAndPassesOverOthers)
{
    // CPU_name "7E-M", CPU_arch 13, profile M, THUMB_ISA 2, FP_arch 6, compatibility, DSP 1,
    // conformance "2.09".
    ArmAttributes a = attributes_of({5, '7', 'E', '-', 'M', 0, 6, 13, 7, 'M', 9, 2, 10, 6, 32, 1,
        'x', 0, 46, 1, 67, '2', '.', '0', '9', 0, 48, 1});
    EXPECT_EQ(a.cpu_name, "7E-M");
    EXPECT_EQ(a.architecture, 13u);
    EXPECT_EQ(a.profile, 'M');
    EXPECT_EQ(a.floating_point, 6u);
    EXPECT_EQ(a.dsp, 1u);
    EXPECT_EQ(a.vector, 1u);
}

TEST(ArmAttributesTest, ReadsWhatIsCutShortAsFarAsItGoes)
{
    const std::vector<std::uint8_t> whole
        = section_of({6, 13, 5, 'M', '4', 0, 7, 'M', 10, 0x86, 0x80});
    for (std::size_t size = 0; size <= whole.size(); ++size)
        read_arm_attributes(std::span(whole).first(size));
    EXPECT_EQ(read_arm_attributes(std::span(whole).first(18)).architecture, 13u);
    EXPECT_EQ(read_arm_attributes({}).architecture, std::nullopt);
}

TEST(ArmAttributesTest, CortexMCodeIsWelcome)
{
    EXPECT_EQ(complaint({}), "");
    for (std::uint8_t architecture : {10, 11, 12, 13, 16, 17})
        EXPECT_EQ(complaint(attributes_of({6, architecture, 7, 'M'})), "") << int {architecture};
}

TEST(ArmAttributesTest, HeliumIsRefused)
{
    EXPECT_THAT(
        complaint(attributes_of({6, 21, 7, 'M'})), HasSubstr("Cortex-M55/M85 code cannot run"));
    EXPECT_THAT(complaint(attributes_of({6, 17, 48, 2})),
        HasSubstr("with Helium (MVE): Cortex-M55/M85 code cannot run"));
}

TEST(ArmAttributesTest, OtherProfilesAndOldArchitecturesAreRefusedByName)
{
    EXPECT_THAT(complaint(attributes_of({5, 'A', '9', 0, 6, 10, 7, 'A'})),
        HasSubstr("found code for a Cortex-A (A9)"));
    EXPECT_THAT(complaint(attributes_of({6, 10, 7, 'R'})), HasSubstr("found code for a Cortex-R"));
    EXPECT_THAT(complaint(attributes_of({6, 2})), HasSubstr("found Armv4T"));
    EXPECT_THAT(complaint(attributes_of({6, 99})), HasSubstr("found architecture 99"));
}

TEST(ArmAttributesTest, SaysWhatIsBeyondACore)
{
    mcu::CoreModel m0plus = mcu::load_core("cortex-m0plus"), m3 = mcu::load_core("cortex-m3"),
                   m4 = mcu::load_core("cortex-m4"), m33 = mcu::load_core("cortex-m33");
    ArmAttributes m4_code = attributes_of({6, 13, 7, 'M', 10, 6});
    EXPECT_THAT(
        beyond_core(m4_code, m0plus), ElementsAre("Armv7E-M", "floating-point instructions"));
    EXPECT_THAT(beyond_core(m4_code, m3), ElementsAre("Armv7E-M", "floating-point instructions"));
    EXPECT_THAT(beyond_core(m4_code, m4), IsEmpty());
    EXPECT_THAT(beyond_core(m4_code, m33), IsEmpty());
    EXPECT_THAT(beyond_core(attributes_of({6, 11, 7, 'M'}), m4), IsEmpty());
    EXPECT_THAT(
        beyond_core(attributes_of({6, 17, 7, 'M', 46, 1}), m4), ElementsAre("Armv8-M Mainline"));
}

} // namespace

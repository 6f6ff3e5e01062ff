// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/expression.h"

#include "base/input_error.h"
#include "tests/support/sample_profile.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>

using comparison::Comparison;
using comparison::Filter;
using comparison::Limit;
using comparison::Row;

namespace {

/// keywords.tflite on stm32l4r5: 18.0 ms, SRAM 23653 bytes, energy unknown.
Row sample_row()
{
    traces::Profile profile = support::sample_profile();
    return {{profile.run, profile.total, profile.memory}, {}, {}, false};
}

bool accepts(std::string_view text)
{
    return Filter::parse(text, "--filter").accepts(sample_row());
}

std::string complaint(std::string_view text)
{
    try {
        Filter::parse(text, "--filter");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

base::Dimension any_bytes(const std::string&) { return base::Dimension::bytes; }

std::string limit_complaint(std::string_view text)
{
    try {
        Limit::parse(text, "budget.toml:3", any_bytes);
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST(Filter, ComparesFiguresInTheirUnits)
{
    for (const char* text : {"sram < 24 KiB", "sram<24KiB", "sram >= 23 K", "sram = 23653",
             "sram < 1M", "latency <= 19ms", "latency > 17000 us", "latency < 0.1s", "cycles < 3M",
             "clock = 120MHz", "cycles_per_mac < 6", "flash != 1 MB", "flash < 61 kB"})
        EXPECT_TRUE(accepts(text)) << text;
    for (const char* text : {"sram > 24 KiB", "latency > 0.1", "clock < 100 MHz", "flash = 1"})
        EXPECT_FALSE(accepts(text)) << text;
}

TEST(Filter, ComparesTextsWithWildCards)
{
    EXPECT_TRUE(accepts("chip = stm32l4r5"));
    EXPECT_TRUE(accepts("chip = stm32*"));
    EXPECT_TRUE(accepts("target = '*words*'"));
    EXPECT_TRUE(accepts("kernels != reference"));
    EXPECT_FALSE(accepts("chip = stm32"));
    EXPECT_FALSE(accepts("chip != *"));
    EXPECT_TRUE(comparison::matches_pattern("aXbXc", "a*b*c"));
    EXPECT_FALSE(comparison::matches_pattern("aXbX", "a*b*c"));
    EXPECT_TRUE(comparison::matches_pattern("", "**"));
}

TEST(Filter, JoinsConditions)
{
    EXPECT_TRUE(accepts("fits and not best"));
    EXPECT_TRUE(accepts("best or fits and sram < 1K or chip = stm32l4r5"));
    EXPECT_FALSE(accepts("(best or fits) and sram < 1K"));
    EXPECT_TRUE(accepts("not (sram < 1K)"));
    EXPECT_FALSE(accepts("not not best"));
}

TEST(Filter, TheUnknownMeetsNoCondition)
{
    EXPECT_FALSE(accepts("energy < 5mJ"));
    EXPECT_FALSE(accepts("energy >= 5mJ"));
    EXPECT_FALSE(accepts("not energy < 5mJ"));
    EXPECT_TRUE(accepts("energy < 5mJ or fits"));
    EXPECT_FALSE(accepts("energy < 5mJ and fits"));
    EXPECT_FALSE(accepts("not (energy < 5mJ and fits)"));
}

TEST(Filter, SaysWhereItDoesNotParse)
{
    const std::array<std::pair<const char*, const char*>, 17> cases = {{
        {"", "--filter: '', column 1: expected a figure, such as sram or latency, found the end"},
        {"sram", "--filter: 'sram', column 5: expected <, <=, =, !=, >= or >, found the end"},
        {"sram <",
            "--filter: 'sram <', column 7: expected a number, with B, KiB, MiB, K, M, kB or MB or "
            "without a unit, found the end"},
        {"sram < 5 ms",
            "--filter: 'sram < 5 ms', column 10: expected a unit (B, KiB, MiB, K, M, kB or MB), "
            "found 'ms'"},
        {"srma < 5", "--filter, column 1: expected a figure, found 'srma'; did you mean sram?"},
        {"fits and latncy < 5",
            "--filter, column 10: expected a figure, found 'latncy'; did you mean latency?"},
        {"fits fits",
            "--filter: 'fits fits', column 6: expected 'and', 'or' or the end, found 'fits'"},
        {"(fits", "--filter: '(fits', column 6: expected ')', 'and' or 'or', found the end"},
        {"fits)", "--filter: 'fits)', column 5: expected 'and', 'or' or the end, found ')'"},
        {"chip < stm32",
            "--filter: 'chip < stm32', column 1: chip is text: expected = or !=, found <"},
        {"chip = 5",
            "--filter: 'chip = 5', column 8: expected a word or a text in quotes, found '5'"},
        {"chip = 'stm", "--filter: 'chip = 'stm', column 8: expected a closing '"},
        {"sram < 5 and",
            "--filter: 'sram < 5 and', column 13: expected a figure, such as sram or latency, "
            "found the end"},
        {"and", "--filter, column 1: expected a figure, found 'and'"},
        {"sram ! 5", "--filter: 'sram ! 5', column 6: expected <, <=, =, !=, >= or >, found '!'"},
        {"sram < baseline", "--filter: 'sram < baseline', column 8: expected a number"},
        {"sram < 5 %",
            "--filter: 'sram < 5 %', column 10: expected a unit (B, KiB, MiB, K, M, kB or MB), "
            "found '%'"},
    }};
    for (const auto& [text, expected] : cases)
        EXPECT_TRUE(complaint(text).starts_with(expected)) << complaint(text);
    EXPECT_NE(complaint(std::string(3000, '(')), "");
    EXPECT_NE(complaint(std::string(100'000, 'a')), "");
}

TEST(Filter, SurvivesAnything)
{
    std::mt19937 random(7);
    constexpr std::array parts = {"sram", "<", "5", "KiB", "(", ")", "and", "not", "or", "'",
        "chip", "=", "*", "%", "\xff", "-", "fits", ".5", " "};
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (std::size_t n = random() % 12; n > 0; --n)
            text += parts[random() % parts.size()] + std::string(random() % 2, ' ');
        try {
            Filter::parse(text, "--filter").accepts(sample_row());
        } catch (const base::InputError&) { // as it should
        }
    }
}

TEST(Limit, IsAbsoluteOrRelativeToABaseline)
{
    Limit absolute = Limit::parse("sram <= 256 KiB", "x", any_bytes);
    EXPECT_FALSE(absolute.relative);
    EXPECT_EQ(absolute.bound(1), 262144);
    EXPECT_EQ(absolute.comparison, Comparison::at_most);
    EXPECT_EQ(Limit::parse("sram <= baseline", "x", any_bytes).bound(1000), 1000);
    EXPECT_DOUBLE_EQ(Limit::parse("sram <= baseline + 3 %", "x", any_bytes).bound(1000), 1030);
    EXPECT_DOUBLE_EQ(Limit::parse("sram < baseline - 50%", "x", any_bytes).bound(1000), 500);
    EXPECT_EQ(Limit::parse("sram < baseline+1 KiB", "x", any_bytes).bound(1000), 2024);
    EXPECT_EQ(Limit::parse("sram < baseline - 24", "x", any_bytes).bound(1000), 976);
}

TEST(Limit, SaysWhereItDoesNotParse)
{
    EXPECT_EQ(limit_complaint("sram <= baseline +"),
        "budget.toml:3: 'sram <= baseline +', column 19: expected a number with % or a unit of the "
        "figure, found the end");
    EXPECT_EQ(limit_complaint("sram <= baseline + 3 ms"),
        "budget.toml:3: 'sram <= baseline + 3 ms', column 22: expected % or a unit (B, KiB, MiB, "
        "K, M, kB or MB), found 'ms'");
    EXPECT_EQ(limit_complaint("sram <= 3 KiB please"),
        "budget.toml:3: 'sram <= 3 KiB please', column 15: expected the end, found 'please'");
    EXPECT_NE(limit_complaint(""), "");
    EXPECT_NE(limit_complaint("<= 5"), "");
}

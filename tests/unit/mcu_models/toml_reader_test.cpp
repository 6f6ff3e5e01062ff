// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/toml_reader.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gtest/gtest.h>

namespace mcu {
namespace {

TomlTable parse(std::string_view text) { return TomlTable::parse(text, "x.toml"); }

TEST(TomlReader, ReadsFieldsByType)
{
    TomlTable file = parse("text = 'a'\nlist = ['b', 'c']\nyes = true\ncount = 0x10\nratio = -0.5\n"
                           "size = '192 KiB'\nclock = '133 MHz'\nslow = '32768 Hz'\n");
    EXPECT_EQ(file.text("text"), "a");
    EXPECT_EQ(file.texts("list"), (std::vector<std::string> {"b", "c"}));
    EXPECT_TRUE(file.flag_or("yes", false));
    EXPECT_FALSE(file.flag_or("absent", false));
    EXPECT_EQ(file.whole_number("count"), 16u);
    EXPECT_EQ(file.whole_number_or("absent", 3), 3u);
    EXPECT_EQ(file.number("ratio"), -0.5);
    EXPECT_EQ(file.number("count"), 16.0);
    EXPECT_EQ(file.bytes("size"), base::Bytes(196608));
    EXPECT_EQ(file.hertz("clock"), base::Hertz(133'000'000));
    EXPECT_EQ(file.hertz("slow"), base::Hertz(32768));
    file.refuse_other_keys();
}

TEST(TomlReader, ReadsTablesWithTheirTitles)
{
    TomlTable file
        = parse("[one]\n[[many]]\nn = 1\n[[many]]\nn = 2\n[many.below]\n[named.b]\n[named.a]\n");
    EXPECT_EQ(file.table("one").title(), "[one]");
    std::vector<TomlTable> many = file.tables("many");
    ASSERT_EQ(many.size(), 2u);
    EXPECT_EQ(many[1].whole_number("n"), 2u);
    EXPECT_EQ(many[1].where(), "x.toml:4");
    EXPECT_EQ(many[1].table("below").title(), "[many.below]");
    auto named = file.named_tables("named");
    ASSERT_EQ(named.size(), 2u);
    EXPECT_EQ(named[0].first, "a");
    EXPECT_EQ(named[1].second.title(), "[named.b]");
    EXPECT_TRUE(file.tables("absent").empty());
    EXPECT_TRUE(file.named_tables("absent").empty());
}

struct Wrong {
    std::string_view text;
    std::string_view complaint;
};

void expect_complaints(const auto& read, std::initializer_list<Wrong> table)
{
    for (const Wrong& row : table)
        EXPECT_EQ(complaint_of([&] { read(parse(row.text)); }), row.complaint) << row.text;
}

TEST(TomlReader, NamesTheLineOfASyntaxError)
{
    std::string complaint = complaint_of([] { parse("a = 1\nb = = 2\n"); });
    EXPECT_TRUE(complaint.starts_with("x.toml:2: ")) << complaint;
}

TEST(TomlReader, SaysWhatTextShouldHaveBeen)
{
    expect_complaints([](const TomlTable& file) { file.text("k"); },
        {{"\n\nother = 1", "x.toml:1: the file needs 'k' (text)"},
            {"\nk = 1", "x.toml:2: 'k' must be text, found a whole number"},
            {"k = ''", "x.toml:1: 'k' is empty"},
            {"k = []", "x.toml:1: 'k' must be text, found a list"}});
}

TEST(TomlReader, SaysWhatANumberShouldHaveBeen)
{
    expect_complaints([](const TomlTable& file) { file.whole_number("k"); },
        {{"k = -1", "x.toml:1: 'k' must be a whole number from 0 to 4294967295, found -1"},
            {"k = 0x1_0000_0000",
                "x.toml:1: 'k' must be a whole number from 0 to 4294967295, found 4294967296"},
            {"k = 1.5", "x.toml:1: 'k' must be a whole number, found a number"},
            {"k = true", "x.toml:1: 'k' must be a whole number, found true or false"},
            {"k = 1979-05-27", "x.toml:1: 'k' must be a whole number, found a date or time"}});
    expect_complaints([](const TomlTable& file) { file.number("k"); },
        {{"k = nan", "x.toml:1: 'k' must be a finite number, found nan"},
            {"k = inf", "x.toml:1: 'k' must be a finite number, found inf"},
            {"k = 'a'", "x.toml:1: 'k' must be a number, found text"}});
}

TEST(TomlReader, SaysWhatASizeOrClockShouldHaveBeen)
{
    auto size = [](std::string_view found) {
        return "x.toml:1: 'k' must be a size such as \"64 KiB\" (units B, KiB or MiB), found \""
            + std::string(found) + "\"";
    };
    for (std::string text :
        {"64", "64KiB", "64 KB", "KiB", "-1 KiB", "1.5 MiB", "64 KiB ", "18446744073709551615 KiB"})
        EXPECT_EQ(complaint_of([&] { parse("k = '" + text + "'").bytes("k"); }), size(text));
    expect_complaints([](const TomlTable& file) { file.bytes("k"); },
        {{"k = 64", "x.toml:1: 'k' must be a size such as \"64 KiB\", found a whole number"}});
    expect_complaints([](const TomlTable& file) { file.hertz("k"); },
        {{"k = '48 mhz'",
            "x.toml:1: 'k' must be a clock such as \"48 MHz\" (units Hz, kHz or MHz), found \"48 "
            "mhz\""}});
}

TEST(TomlReader, SaysWhatAListShouldHaveBeen)
{
    expect_complaints([](const TomlTable& file) { file.texts("k"); },
        {{"", "x.toml:1: the file needs 'k' (a list of texts)"},
            {"k = 'a'", "x.toml:1: 'k' must be a list of texts, found text"},
            {"k = []", "x.toml:1: 'k' must be a list of texts, found an empty one"},
            {"k = ['a', 1]", "x.toml:1: 'k' must be a list of texts, found a whole number in it"},
            {"k = ['']", "x.toml:1: 'k' must be a list of texts, found an empty text in it"}});
    expect_complaints([](const TomlTable& file) { file.tables("k"); },
        {{"k = 1", "x.toml:1: 'k' must be a list of tables, found a whole number"},
            {"k = []", "x.toml:1: 'k' must be a list of tables, found an empty list"},
            {"k = [1]", "x.toml:1: 'k' must be a list of tables, found a whole number in it"}});
    expect_complaints([](const TomlTable& file) { file.table("k"); },
        {{"k = 1", "x.toml:1: 'k' must be a table, found a whole number"},
            {"a = 1", "x.toml:1: the file needs 'k' (a table)"}});
}

TEST(TomlReader, RefusesAKeyNobodyAskedFor)
{
    auto read = [](const TomlTable& file) {
        TomlTable table = file.table("region");
        table.whole_number_or("size", 0);
        table.refuse_other_keys();
    };
    expect_complaints(read,
        {{"[region]\nsize = 1", "(nothing)"},
            {"[region]\n\nsise = 1",
                "x.toml:3: unknown key 'sise' in [region]; did you mean size?"},
            {"[region]\nsize = 1\nelephant = 2", "x.toml:3: unknown key 'elephant' in [region]"}});
}

} // namespace
} // namespace mcu

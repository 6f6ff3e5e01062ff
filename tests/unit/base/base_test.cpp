// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "base/quantity.h"
#include "base/suggest.h"
#include "base/text_table.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <type_traits>
#include <unistd.h>

using namespace base;

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string complaint(auto&& action)
{
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

std::size_t entries(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

// Known answers: FIPS 180-4 examples; the check value of CRC-32; the authors' vectors of FNV-1a.
TEST(Hash, Sha256HasTheKnownAnswers)
{
    EXPECT_EQ(sha256_hex(std::string_view("")),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex(std::string_view("abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, Crc32HasTheKnownAnswers)
{
    EXPECT_EQ(crc32(bytes_of("123456789")), 0xcbf43926u);
    EXPECT_EQ(crc32({}), 0u);
}

TEST(Hash, Fnv1aHasTheKnownAnswers)
{
    EXPECT_EQ(fnv1a({}), 0x811c9dc5u);
    EXPECT_EQ(fnv1a(bytes_of("a")), 0xe40c292cu);
    EXPECT_EQ(fnv1a(bytes_of("foobar")), 0xbf9cf968u);
}

TEST(Hash, HexIsTwoLowerCaseDigitsAByte)
{
    const std::uint8_t bytes[] = {0x00, 0x7f, 0xab, 0xff};
    EXPECT_EQ(hex(bytes), "007fabff");
}

TEST(Quantity, AddsWithinAUnitAndNotAcross)
{
    EXPECT_EQ((3_cycles + 4_cycles - 2_cycles) * 5, 25_cycles);
    EXPECT_LT(3_bytes, 4_bytes);
    EXPECT_DOUBLE_EQ(seconds(60_cycles, 120_hertz), 0.5);
    static_assert(
        !std::is_convertible_v<Cycles, Bytes> && !std::is_convertible_v<std::uint64_t, Cycles>);
    static_assert(!std::is_invocable_v<std::plus<>, Cycles, Bytes>);
}

TEST(Suggestion, NamesTheNearestFirst)
{
    const std::vector<std::string> chips = {"stm32l4r5", "stm32f746", "nrf52840", "rp2040"};
    EXPECT_EQ(suggestion("stm32l4r6", chips), "did you mean stm32l4r5 or stm32f746?");
    EXPECT_EQ(suggestion("STM32F746", chips), "did you mean stm32f746?");
    EXPECT_EQ(suggestion("stm32", chips), "did you mean stm32f746 or stm32l4r5?");
    EXPECT_EQ(suggestion("rp2350", chips), "did you mean rp2040?");
    EXPECT_EQ(suggestion("RP2", chips), "did you mean rp2040?");
}

TEST(Suggestion, IsEmptyIfNothingIsNear)
{
    const std::vector<std::string> chips = {"stm32l4r5", "m4"};
    EXPECT_EQ(suggestion("esp32c3-mini", chips), "");
    EXPECT_EQ(suggestion("x", chips), "");
    EXPECT_EQ(suggestion("", chips), "");
    EXPECT_EQ(suggestion("stm", {}), "");
}

TEST(Suggestion, StopsAtThree)
{
    const std::vector<std::string> names = {"conv_1", "conv_2", "conv_3", "conv_4"};
    EXPECT_EQ(suggestion("conv_9", names), "did you mean conv_1, conv_2 or conv_3?");
}

TEST(TextTable, AlignsByCodePointsAndIgnoresColors)
{
    TextTable table({{"name", Align::left}, {"count"}, {"", Align::left}});
    table.add_row({"3→16", "7", "█▌"});
    table.add_row({"\x1b[1mab\x1b[0m", "1234567"});
    table.add_rule();
    table.add_row({"total"});
    EXPECT_EQ(table.text(),
        "  name     count\n"
        "  3→16         7  █▌\n"
        "  \x1b[1mab\x1b[0m     1234567\n"
        "  ------------------\n"
        "  total\n");
}

TEST(TextTable, HasNoTitleLineWithoutTitles)
{
    TextTable table({{"", Align::left}, {""}}, 0);
    table.add_row({"a", "1"});
    EXPECT_EQ(table.text(), "a  1\n");
}

TEST(TextTable, StopsAtARowThatIsTooLong)
{
    EXPECT_DEATH(TextTable({{"one"}}).add_row({"1", "2"}), "cells.size");
}

TEST(DisplayWidth, CountsWhatOneSees)
{
    EXPECT_EQ(display_width(""), 0u);
    EXPECT_EQ(display_width("±7 %"), 4u);
    EXPECT_EQ(display_width("\x1b[1;31mred\x1b[0m"), 3u);
    EXPECT_EQ(display_width("\x1b[1;31"), 0u); // cut off in the middle of a color
}

TEST(Shortened, EndsWithAnEllipsis)
{
    EXPECT_EQ(shortened("convolution", 11), "convolution");
    EXPECT_EQ(shortened("convolution", 5), "conv…");
    EXPECT_EQ(shortened("3→16→32", 4), "3→1…");
    EXPECT_EQ(shortened("ab", 1), "…");
    EXPECT_EQ(shortened("ab", 0), "");
}

TEST(Scaled, HasThreeDigitsAndAPrefix)
{
    EXPECT_EQ(scaled(0), "0");
    EXPECT_EQ(scaled(768), "768");
    EXPECT_EQ(scaled(999), "999");
    EXPECT_EQ(scaled(1000), "1.00 k");
    EXPECT_EQ(scaled(8'590'000), "8.59 M");
    EXPECT_EQ(scaled(319'999), "320 k");
    EXPECT_EQ(scaled(999'499), "999 k");
    EXPECT_EQ(scaled(999'500), "1.00 M");
    EXPECT_EQ(scaled(1e16), "10000 T");
    EXPECT_EQ(scaled(1.234), "1.23");
}

TEST(Scaled, UnitsGoUpAndDown)
{
    EXPECT_EQ(scaled_unit(0.0033, "J"), "3.30 mJ");
    EXPECT_EQ(scaled_unit(1.1e-6, "J"), "1.10 uJ");
    EXPECT_EQ(scaled_unit(0, "J"), "0 J");
    EXPECT_EQ(scaled_unit(-0.25, "A"), "-250 mA");
    EXPECT_EQ(scaled_unit(120e6, "Hz"), "120 MHz");
    EXPECT_EQ(scaled_unit(0.9999, "W"), "1.00 W");
    EXPECT_EQ(scaled_unit(1e-15, "J"), "0.00 pJ");
}

TEST(Scaled, SecondsStaySeconds)
{
    EXPECT_EQ(scaled_seconds(0.0716), "71.6 ms");
    EXPECT_EQ(scaled_seconds(1.2), "1.20 s");
    EXPECT_EQ(scaled_seconds(3.4e-6), "3.40 us");
    EXPECT_EQ(scaled_seconds(0.99949), "999 ms");
    EXPECT_EQ(scaled_seconds(7200), "7200 s");
}

TEST(Scaled, BytesAreBinary)
{
    EXPECT_EQ(scaled_bytes(0), "0");
    EXPECT_EQ(scaled_bytes(1023), "1023");
    EXPECT_EQ(scaled_bytes(1024), "1.0 K");
    EXPECT_EQ(scaled_bytes(23'654), "23.1 K");
    EXPECT_EQ(scaled_bytes(1023 * 1024), "1.00 M");
    EXPECT_EQ(scaled_bytes(2'044'724), "1.95 M");
}

TEST(Bar, HasEighthsOfAColumn)
{
    EXPECT_EQ(bar(0, 4), "");
    EXPECT_EQ(bar(1, 4), "████");
    EXPECT_EQ(bar(0.5, 3), "█▌");
    EXPECT_EQ(bar(1.0 / 32, 4), "▏");
    EXPECT_EQ(bar(7, 2), "██");
    EXPECT_EQ(bar(-1, 2), "");
}

TEST(File, GivesBackWhatWasWritten)
{
    support::TemporaryFolder folder;
    const std::string content("a\0b\nc", 5);
    write_file(folder / "x", content);
    EXPECT_EQ(read_text(folder / "x"), content);
    EXPECT_EQ(read_bytes(folder / "x").size(), 5u);
    write_file(folder / "x", std::span<const std::uint8_t> {});
    EXPECT_EQ(read_text(folder / "x"), "");
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(File, SaysWhyItCannotRead)
{
    support::TemporaryFolder folder;
    std::string missing = folder / "missing", large = folder / "large";
    EXPECT_EQ(complaint([&] { read_text(missing); }),
        missing + ": cannot be read: No such file or directory");
    EXPECT_EQ(complaint([&] { read_text(folder.path()); }),
        folder.path().string() + ": expected a regular file");
    write_file(large, std::string(101, 'x'));
    EXPECT_EQ(complaint([&] { read_text(large, 100); }),
        large + ": at most 100 bytes are read, this has 101");
    EXPECT_EQ(read_text(large, 101).size(), 101u);
}

TEST(File, SaysWhyItCannotWriteAndLeavesNothing)
{
    support::TemporaryFolder folder;
    std::string inside = folder / "missing/x";
    EXPECT_EQ(complaint([&] { write_file(inside, "x"); }),
        inside + ": cannot be written: No such file or directory");
    std::filesystem::create_directory(folder / "folder");
    std::string taken = folder / "folder";
    EXPECT_EQ(
        complaint([&] { write_file(taken, "x"); }), taken + ": cannot be written: Is a directory");
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(File, KeepsTheOldContentIfTheDiskIsFull)
{
    support::TemporaryFolder folder;
    write_file(folder / "x", "old");
    pid_t child = ::fork();
    if (child == 0) { // in a process of its own: it may write no more than 1000 bytes
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit {
            1000, 1000
        };
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::string what = complaint([&] { write_file(folder / "x", std::string(5000, 'n')); });
        ::_exit(what == (folder / "x").string() + ": cannot be written: File too large" ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(read_text(folder / "x"), "old");
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(File, IsAlwaysWholeForWhoeverReads)
{
    support::TemporaryFolder folder;
    auto content = [](int i) { return std::string(200'000, static_cast<char>('a' + i)); };
    write_file(folder / "x", content(0));
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i)
        writers.emplace_back([&, i] {
            for (int turn = 0; turn < 20; ++turn)
                write_file(folder / "x", content(i));
        });
    for (int turn = 0; turn < 50; ++turn) {
        std::string seen = read_text(folder / "x");
        ASSERT_EQ(seen.size(), 200'000u);
        ASSERT_EQ(seen, std::string(200'000, seen[0]));
    }
    for (std::thread& writer : writers)
        writer.join();
    EXPECT_EQ(entries(folder.path()), 1u);
}

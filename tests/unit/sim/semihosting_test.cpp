// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/semihosting.h"

#include "base/file.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace {

using sim::Semihosting;

/// Semihosting over 256 bytes of memory at 0x1000.
class SemihostingTest : public testing::Test {
protected:
    static constexpr std::uint32_t base = 0x1000, size = 256;

    std::optional<std::uint32_t> read(std::uint32_t address, unsigned bytes) const
    {
        if (address < base || address > base + size - bytes)
            return std::nullopt;
        std::uint32_t value = 0;
        for (unsigned i = 0; i < bytes; ++i)
            value |= std::uint32_t {bytes_[address - base + i]} << (8 * i);
        return value;
    }
    bool write(std::uint32_t address, std::uint32_t value, unsigned bytes)
    {
        if (address < base || address > base + size - bytes)
            return false;
        for (unsigned i = 0; i < bytes; ++i)
            bytes_[address - base + i] = static_cast<std::uint8_t>(value >> (8 * i));
        return true;
    }
    void write_text(std::uint32_t address, const std::string& text)
    {
        for (char c : text)
            write(address++, static_cast<unsigned char>(c), 1);
    }
    void write_words(std::uint32_t address, std::initializer_list<std::uint32_t> words)
    {
        for (std::uint32_t word : words) {
            write(address, word, 4);
            address += 4;
        }
    }
    Semihosting::Answer call(
        std::uint32_t operation, std::uint32_t parameter, std::uint64_t cycles = 0)
    {
        return semihosting->call(operation, parameter, base::Cycles(cycles));
    }
    /// The name at `base`, its description behind it.
    std::uint32_t open(const std::string& name, std::uint32_t mode)
    {
        write_text(base, name);
        write_words(base + 64, {base, mode, static_cast<std::uint32_t>(name.size())});
        return call(0x01, base + 64).r0;
    }
    std::uint32_t error() { return call(0x13, 0).r0; }

    std::uint8_t bytes_[size] = {};
    /// Anew, with files of the host.
    void give_files(const std::string& folder) { semihosting.emplace(make({.files = folder})); }

    Semihosting make(const sim::HostAccess& host)
    {
        return Semihosting(
            {[this](std::uint32_t address, unsigned bytes) { return read(address, bytes); },
                [this](std::uint32_t address, std::uint32_t value, unsigned bytes) {
                    return write(address, value, bytes);
                }},
            console, base::Hertz(1000), host);
    }
    sim::Console console;
    std::optional<Semihosting> semihosting = make({.command_line = "program -v 3"});
};

TEST_F(SemihostingTest, PrintsCharactersStringsAndBuffers)
{
    write_text(base, "A");
    call(0x03, base);
    write_text(base + 16, std::string("text\0", 5));
    call(0x04, base + 16);
    write_words(base + 32, {1, base + 16, 2});
    EXPECT_EQ(call(0x05, base + 32).r0, 0u); // nothing left unwritten
    EXPECT_EQ(console.text(), "Atextte");
}

TEST_F(SemihostingTest, OpensTheConsoleAndNothingElse)
{
    for (std::uint32_t mode : {0u, 4u, 8u}) { // input, output, error output
        std::uint32_t handle = open(":tt", mode);
        EXPECT_EQ(handle, 3 + mode / 4); // 1 and 2 are open from the start
        write_words(base, {handle});
        EXPECT_EQ(call(0x09, base).r0, 1u); // a terminal
    }
    EXPECT_EQ(open("/etc/passwd", 0), ~0u);
    EXPECT_EQ(error(), 13u);
    EXPECT_EQ(open("file", 4), ~0u);
    EXPECT_EQ(open(":tt", 12), ~0u); // there is no such mode
    EXPECT_EQ(error(), 22u);
}

TEST_F(SemihostingTest, AHandleIsUsedAgainOnceClosed)
{
    EXPECT_EQ(open(":tt", 4), 3u);
    write_words(base, {3});
    EXPECT_EQ(call(0x02, base).r0, 0u);
    EXPECT_EQ(call(0x02, base).r0, ~0u);
    EXPECT_EQ(error(), 9u);
    write_words(base, {3, base + 16, 2});
    EXPECT_EQ(call(0x05, base).r0, 2u); // nothing was written
    EXPECT_EQ(open(":tt", 4), 3u);
    for (int i = 0; i < 100; ++i)
        open(":tt", 0);
    EXPECT_EQ(open(":tt", 0), ~0u);
    EXPECT_EQ(error(), 24u);
}

TEST_F(SemihostingTest, TellsWhatItCan)
{
    std::uint32_t handle = open(":semihosting-features", 0);
    EXPECT_EQ(handle, 3u);
    write_words(base, {handle, base + 32, 8});
    EXPECT_EQ(call(0x06, base).r0, 3u);         // five of eight bytes
    EXPECT_EQ(read(base + 32, 4), 0x42464853u); // "SHFB"
    EXPECT_EQ(read(base + 36, 1), 3u);          // exit with a code, error output
    EXPECT_EQ(call(0x0c, base).r0, 5u);
    write_words(base, {handle, 4});
    EXPECT_EQ(call(0x0a, base).r0, 0u);
    write_words(base, {handle, base + 48, 1});
    EXPECT_EQ(call(0x06, base).r0, 0u);
    EXPECT_EQ(read(base + 48, 1), 3u);
    EXPECT_EQ(open(":semihosting-features", 4), ~0u);
}

TEST_F(SemihostingTest, WritesAndReadsAFileOfItsFolder)
{
    support::TemporaryFolder folder;
    give_files(folder.path());
    std::uint32_t handle = open("result.txt", 6); // "w+"
    ASSERT_EQ(handle, 3u);
    write_text(base + 128, "hello");
    write_words(base, {handle, base + 128, 5});
    EXPECT_EQ(call(0x05, base).r0, 0u);
    EXPECT_EQ(call(0x09, base).r0, 0u); // no terminal
    EXPECT_EQ(call(0x0c, base).r0, 5u); // its length
    write_words(base, {handle, 1});
    EXPECT_EQ(call(0x0a, base).r0, 0u); // seek
    write_words(base, {handle, base + 160, 10});
    EXPECT_EQ(call(0x06, base).r0, 6u);          // four of ten
    EXPECT_EQ(read(base + 160, 4), 0x6f6c6c65u); // "ello"
    EXPECT_EQ(call(0x06, base).r0, 10u);         // the end
    EXPECT_EQ(call(0x02, base).r0, 0u);
    EXPECT_EQ(base::read_text(folder / "result.txt"), "hello");
}

TEST_F(SemihostingTest, RemovesAndRenames)
{
    support::TemporaryFolder folder;
    base::write_file(folder / "a", "1");
    give_files(folder.path());
    write_text(base, "ab");
    write_words(base + 16, {base, 1, base + 1, 1});
    EXPECT_EQ(call(0x0f, base + 16).r0, 0u);
    EXPECT_TRUE(std::filesystem::exists(folder / "b"));
    EXPECT_EQ(call(0x0f, base + 16).r0, ~0u);
    EXPECT_EQ(error(), 2u);
    write_words(base + 16, {base + 1, 1});
    EXPECT_EQ(call(0x0e, base + 16).r0, 0u);
    EXPECT_FALSE(std::filesystem::exists(folder / "b"));
}

TEST_F(SemihostingTest, ATemporaryNameStaysInTheFolder)
{
    write_words(base, {base + 32, 7, 20});
    EXPECT_EQ(call(0x0d, base).r0, ~0u); // no folder
    support::TemporaryFolder folder;
    give_files(folder.path());
    EXPECT_EQ(call(0x0d, base).r0, 0u);
    EXPECT_EQ(read(base + 32, 1), std::uint32_t {'t'});
    EXPECT_EQ(read(base + 32 + 9, 2), std::uint32_t {'7'}); // "temporary7" and its end
    write_words(base, {base + 32, 7, 10});
    EXPECT_EQ(call(0x0d, base).r0, ~0u); // too short by the end
}

TEST_F(SemihostingTest, NoCommandReachesTheHost)
{
    write_text(base, "true");
    write_words(base + 16, {base, 4});
    EXPECT_EQ(call(0x12, base + 16).r0, ~0u);
    EXPECT_EQ(error(), 1u);
}

TEST_F(SemihostingTest, ExitsWithACode)
{
    EXPECT_EQ(call(0x18, 0x20026).exit_code, 0);
    EXPECT_EQ(call(0x18, 0x20023).exit_code, 1);
    EXPECT_EQ(call(0x18, 0x20023).exit_reason, "run-time error");
    EXPECT_EQ(call(0x18, 0x20026).exit_reason, "");
    write_words(base, {0x20026, 42});
    EXPECT_EQ(call(0x20, base).exit_code, 42);
    write_words(base, {0x20023, 42});
    EXPECT_EQ(call(0x20, base).exit_code, 1);
}

TEST_F(SemihostingTest, TellsSimulatedTime)
{
    EXPECT_EQ(call(0x10, 0, 12340).r0, 1234u); // centiseconds, of a clock of 1 kHz
    EXPECT_EQ(call(0x11, 0, 12340).r0, 12u);
    EXPECT_EQ(call(0x31, 0).r0, 1000u);
    call(0x30, base, 0x1'0000'0002);
    EXPECT_EQ(read(base, 4), 2u);
    EXPECT_EQ(read(base + 4, 4), 1u);
}

TEST_F(SemihostingTest, KnowsNothingOfHeapAndStack)
{
    write_words(base, {base + 16});
    write_words(base + 16, {1, 2, 3, 4, 5});
    EXPECT_EQ(call(0x16, base).r0, 0u);
    for (std::uint32_t offset : {0u, 4u, 8u, 12u})
        EXPECT_EQ(read(base + 16 + offset, 4), 0u);
    EXPECT_EQ(read(base + 32, 4), 5u);
}

TEST_F(SemihostingTest, GivesTheCommandLine)
{
    write_text(base + 64, "rubbish rubbish");
    write_words(base, {base + 64, 80});
    EXPECT_EQ(call(0x15, base).r0, 0u);
    EXPECT_EQ(read(base + 64 + 8, 4), 0x3320762du); // "-v 3"
    EXPECT_EQ(read(base + 64 + 12, 1), 0u);
    EXPECT_EQ(read(base + 4, 4), 12u);
    write_words(base, {base + 64, 12});
    EXPECT_EQ(call(0x15, base).r0, ~0u); // no room for its end
}

TEST_F(SemihostingTest, ReadingTheConsoleGivesItsEnd)
{
    write_words(base, {1, base + 16, 10});
    EXPECT_EQ(call(0x06, base).r0, 10u); // all of it left unread
    EXPECT_EQ(call(0x07, 0).r0, ~0u);
}

TEST_F(SemihostingTest, PointersToNothingDoNoHarm)
{
    for (std::uint32_t operation = 0; operation < 0x40; ++operation)
        for (std::uint32_t pointer :
            {0u, base - 1, base + size - 1, base + size, 0x7fffffffu, 0xfffffffcu, 0xffffffffu})
            call(operation, pointer);
    EXPECT_EQ(console.text().find_first_not_of('\0'), std::string::npos);
}

TEST_F(SemihostingTest, PointersToNothingDoNoHarmToFiles)
{
    support::TemporaryFolder folder;
    base::write_file(folder / "f", "contents");
    give_files(folder.path());
    std::uint32_t handle = open("f", 2);
    for (std::uint32_t operation : {0x05u, 0x06u})
        for (std::uint32_t pointer : {0u, base - 1, base + size - 1, 0xfffffffcu}) {
            write_words(base, {handle, pointer, 0xffffffff});
            EXPECT_GT(call(operation, base).r0, 0u);
            EXPECT_EQ(error(), 14u);
        }
    EXPECT_LE(std::filesystem::file_size(folder / "f"), 16u);
}

TEST_F(SemihostingTest, ABlockWithHostilePointersDoesNoHarm)
{
    for (std::uint32_t operation = 0; operation < 0x40; ++operation)
        for (std::uint32_t pointer : {0u, base + size - 1, 0xfffffff0u, 0xffffffffu}) {
            write_words(base, {pointer, pointer, 0xffffffff, pointer});
            call(operation, base);
        }
    EXPECT_LE(console.text().size(), 64u * 4 * size);
}

TEST_F(SemihostingTest, UnknownOperationsFail) { EXPECT_EQ(call(0x77, base).r0, ~0u); }

TEST_F(SemihostingTest, TheConsoleIsBounded)
{
    for (std::uint8_t& byte : bytes_)
        byte = 'x';
    write_words(base, {1, base, size});
    for (int i = 0; i < (20 << 20) / static_cast<int>(size); ++i)
        call(0x05, base);
    EXPECT_EQ(console.text().size(), std::size_t {16} << 20);
    EXPECT_EQ(console.dropped(), std::uint64_t {4} << 20);
}

} // namespace

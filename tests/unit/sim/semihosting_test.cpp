// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/semihosting.h"

#include <gtest/gtest.h>

#include <map>

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
        std::uint32_t operation, std::uint32_t parameter, std::uint64_t centiseconds = 0)
    {
        return semihosting.call(operation, parameter, centiseconds);
    }

    std::uint8_t bytes_[size] = {};
    Semihosting semihosting {
        {[this](std::uint32_t address, unsigned bytes) { return read(address, bytes); },
            [this](std::uint32_t address, std::uint32_t value, unsigned bytes) {
                return write(address, value, bytes);
            }},
        {.heap_base = 1, .heap_limit = 2, .stack_base = 3, .stack_limit = 4}};
};

TEST_F(SemihostingTest, PrintsCharactersStringsAndBuffers)
{
    write_text(base, "A");
    call(0x03, base);
    write_text(base + 16, std::string("text\0", 5));
    call(0x04, base + 16);
    write_words(base + 32, {1, base + 16, 2});
    EXPECT_EQ(call(0x05, base + 32).r0, 0u); // nothing left unwritten
    EXPECT_EQ(semihosting.console(), "Atextte");
}

TEST_F(SemihostingTest, OpensTheConsoleAndNothingElse)
{
    write_text(base, ":tt");
    write_words(base + 16, {base, 0, 3});
    EXPECT_EQ(call(0x01, base + 16).r0, 1u);
    write_text(base, "/etc/passwd");
    write_words(base + 16, {base, 0, 11});
    EXPECT_EQ(call(0x01, base + 16).r0, ~0u);
}

TEST_F(SemihostingTest, ExitsWithACode)
{
    EXPECT_EQ(call(0x18, 0x20026).exit_code, 0);
    EXPECT_EQ(call(0x18, 0x20023).exit_code, 1); // a run-time error
    write_words(base, {0x20026, 42});
    EXPECT_EQ(call(0x20, base).exit_code, 42);
    write_words(base, {0x20023, 42});
    EXPECT_EQ(call(0x20, base).exit_code, 1);
}

TEST_F(SemihostingTest, TellsSimulatedTime)
{
    EXPECT_EQ(call(0x10, 0, 1234).r0, 1234u);
    EXPECT_EQ(call(0x11, 0, 1234).r0, 12u);
    EXPECT_EQ(call(0x31, 0).r0, 100u);
    call(0x30, base, 0x1'0000'0002);
    EXPECT_EQ(read(base, 4), 2u);
    EXPECT_EQ(read(base + 4, 4), 1u);
}

TEST_F(SemihostingTest, TellsWhereHeapAndStackAre)
{
    write_words(base, {base + 16});
    call(0x16, base);
    EXPECT_EQ(read(base + 16, 4), 1u);
    EXPECT_EQ(read(base + 28, 4), 4u);
}

TEST_F(SemihostingTest, TheCommandLineIsEmpty)
{
    write_text(base + 64, "rubbish");
    write_words(base, {base + 64, 80});
    EXPECT_EQ(call(0x15, base).r0, 0u);
    EXPECT_EQ(read(base + 64, 1), 0u);
    EXPECT_EQ(read(base + 4, 4), 0u);
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
    EXPECT_EQ(semihosting.console().find_first_not_of('\0'), std::string::npos);
}

TEST_F(SemihostingTest, ABlockWithHostilePointersDoesNoHarm)
{
    for (std::uint32_t operation = 0; operation < 0x40; ++operation)
        for (std::uint32_t pointer : {0u, base + size - 1, 0xfffffff0u, 0xffffffffu}) {
            write_words(base, {pointer, pointer, 0xffffffff, pointer});
            call(operation, base);
        }
    EXPECT_LE(semihosting.console().size(), 64u * 4 * size);
}

TEST_F(SemihostingTest, UnknownOperationsFail) { EXPECT_EQ(call(0x77, base).r0, ~0u); }

TEST_F(SemihostingTest, TheConsoleIsBounded)
{
    for (std::uint8_t& byte : bytes_)
        byte = 'x';
    write_words(base, {1, base, size});
    for (int i = 0; i < (20 << 20) / static_cast<int>(size); ++i)
        call(0x05, base);
    EXPECT_EQ(semihosting.console().size(), std::size_t {16} << 20);
}

} // namespace

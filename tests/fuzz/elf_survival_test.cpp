// SPDX-License-Identifier: GPL-2.0-or-later
// The fuzzer's poor cousin, for every build: its corpus, and the same damage each time.
#include "tests/fuzz/elf_target.h"

#include "base/file.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <random>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr int rounds = 400;

/// Programs first (they can be read), then what the fuzzer found.
std::vector<std::filesystem::path> corpus()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
        std::filesystem::directory_iterator(SOURCE_DIR "/tests/fuzz/corpus/elf"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::vector<Bytes> programs()
{
    std::vector<Bytes> programs;
    for (const auto& file : corpus())
        if (file.filename().string().starts_with("program_"))
            programs.push_back(base::read_bytes(file));
    return programs;
}

void write_word(Bytes& bytes, std::size_t at, std::uint32_t word)
{
    for (std::size_t k = 0; k < 4 && at + k < bytes.size(); ++k)
        bytes[at + k] = static_cast<std::uint8_t>(word >> 8 * k);
}

TEST(HostileElf, TheWholeCorpusEnds)
{
    EXPECT_GE(programs().size(), 4U);
    for (const auto& file : corpus()) {
        SCOPED_TRACE(file.filename());
        const bool is_read = read_hostile_elf(base::read_bytes(file));
        EXPECT_TRUE(is_read || !file.filename().string().starts_with("program_"));
    }
}

TEST(HostileElf, SurvivesEveryTruncation)
{
    for (const Bytes& original : programs()) {
        const std::size_t step = std::max<std::size_t>(1, original.size() / 300);
        for (std::size_t size = 0; size < original.size(); size += step)
            EXPECT_FALSE(read_hostile_elf(std::span(original).first(size))) << size;
    }
}

TEST(HostileElf, SurvivesFlippedBits)
{
    std::mt19937 random(20240607); // NOLINT: the same flips each time
    for (const Bytes& original : programs())
        for (int i = 0; i < rounds; ++i) {
            Bytes damaged = original;
            for (std::size_t flips = 1 + random() % 6; flips > 0; --flips)
                damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
            read_hostile_elf(damaged);
        }
}

/// Each field of each header of section and segment holds, in turn, what a careless reader trips
/// over.
TEST(HostileElf, SurvivesOddWordsInHeaders)
{
    constexpr std::uint32_t odd_words[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    const Bytes original = programs().at(0);
    Elf32_Ehdr header;
    std::memcpy(&header, original.data(), sizeof header);
    std::vector<std::size_t> fields;
    for (std::size_t at = 16; at < sizeof header; at += 4)
        fields.push_back(at);
    for (std::size_t at = 0; at < std::size_t {header.e_phnum} * header.e_phentsize; at += 4)
        fields.push_back(header.e_phoff + at);
    for (std::size_t at = 0; at < std::size_t {header.e_shnum} * header.e_shentsize; at += 4)
        fields.push_back(header.e_shoff + at);
    for (std::size_t field : fields)
        for (std::uint32_t word : odd_words) {
            Bytes damaged = original;
            write_word(damaged, field, word);
            read_hostile_elf(damaged);
        }
}

TEST(HostileElf, SurvivesAnOddAddress)
{
    for (const Bytes& original : programs()) {
        Bytes shifted(original.size() + 1);
        std::ranges::copy(original, shifted.begin() + 1);
        EXPECT_TRUE(read_hostile_elf(std::span(shifted).subspan(1)));
    }
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
// The fuzzer's poor cousin, for every build: the same damage each time, done to whole networks.
#include "tests/fuzz/tflite_target.h"

#include "base/file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t small = 100'000; // bytes; larger files only take longer
constexpr int rounds = 2000;

/// Reads each, and every tenth goes all the way round.
void survive(const Bytes& damaged, int round)
{
    if (round % 10 == 0)
        read_hostile_tflite(damaged);
    else
        is_readable_tflite(damaged);
}

/// The corpus and, where they are, the small networks beside the repository.
std::vector<Bytes> originals()
{
    std::vector<std::filesystem::path> files;
    for (const char* folder : {SOURCE_DIR "/tests/fuzz/corpus/tflite", SHARED_DIR "/models"}) {
        if (!std::filesystem::exists(folder))
            continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".tflite" && entry.file_size() <= small)
                files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<Bytes> originals;
    for (const auto& file : files)
        originals.push_back(base::read_bytes(file));
    return originals;
}

TEST(Mutation, SurvivesEveryTruncation)
{
    for (const Bytes& original : originals()) {
        const std::size_t step = std::max<std::size_t>(1, original.size() / 500);
        for (std::size_t size = 0; size < original.size(); size += step)
            read_hostile_tflite(std::span(original).first(size));
    }
}

TEST(Mutation, SurvivesFlippedBits)
{
    std::mt19937 random(20240607); // NOLINT: the same flips each time
    for (const Bytes& original : originals()) {
        for (int i = 0; i < rounds; ++i) {
            Bytes damaged = original;
            const std::size_t flips = 1 + random() % 4;
            for (std::size_t k = 0; k < flips; ++k)
                damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
            survive(damaged, i);
        }
    }
}

/// Weights are most of a file; its tables, where damage matters, are the small rest.
TEST(Mutation, SurvivesOddWordsInTables)
{
    constexpr std::uint32_t odd_words[]
        = {0, 1, 0x7f, 0x80, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    std::mt19937 random(7); // NOLINT
    for (const Bytes& original : originals()) {
        for (int i = 0; i < rounds; ++i) {
            Bytes damaged = original;
            const std::size_t at = random() % (damaged.size() / 4) * 4;
            const std::uint32_t word = odd_words[random() % std::size(odd_words)];
            for (std::size_t k = 0; k < 4; ++k)
                damaged[at + k] = static_cast<std::uint8_t>(word >> 8 * k);
            survive(damaged, i);
        }
    }
}

TEST(Mutation, SurvivesAnOddAddress)
{
    for (const Bytes& original : originals()) {
        Bytes shifted(original.size() + 1);
        std::ranges::copy(original, shifted.begin() + 1);
        read_hostile_tflite(std::span(shifted).subspan(1));
    }
}

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/diff_report.h"
#include "profiler/comparison/run_diff.h"
#include "profiler/comparison/sequence_alignment.h"

#include "tests/support/sample_profile.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

using comparison::RunDiff;
using traces::Layer;
using traces::Profile;

namespace {

std::string aligned(
    const std::string& before, const std::string& after, std::size_t most_cells = 1000)
{
    auto similarity = [&](std::size_t i, std::size_t j) { return before[i] == after[j] ? 2 : 0; };
    std::string text;
    for (auto [i, j] :
        comparison::align_sequences(before.size(), after.size(), 2, similarity, most_cells)) {
        if (!text.empty())
            text += " ";
        text += i ? std::string(1, before[*i]) : "+";
        if (!i || !j)
            text += j ? std::string(1, after[*j]) : "-";
    }
    return text;
}

Layer layer(int index, std::string operator_name, std::string title, std::uint64_t cycles)
{
    Layer result;
    result.index = index;
    result.name = "layer_" + std::to_string(index);
    result.operator_name = std::move(operator_name);
    result.title = std::move(title);
    result.cycles = cycles;
    return result;
}

/// "0=0 1=- -=1": indices of the pairs.
std::string pairs(const std::vector<Layer>& before, const std::vector<Layer>& after)
{
    std::string text;
    for (const auto& pair : comparison::align_layers(before, after)) {
        text += text.empty() ? "" : " ";
        text += pair.before ? std::to_string(pair.before->index) : "-";
        text += "=";
        text += pair.after ? std::to_string(pair.after->index) : "-";
    }
    return text;
}

/// A layer, its function and an instruction that cost more load waits than before.
Profile slower_profile(std::uint64_t cycles)
{
    Profile profile = support::sample_profile();
    auto add = [&](std::uint64_t& total, traces::Costs& costs) {
        total += cycles;
        for (traces::Cost& cost : costs)
            if (cost.name == "load_wait")
                cost.value += cycles;
    };
    add(profile.total.cycles, profile.cycles_by_cause);
    add(profile.layers[1].cycles, profile.layers[1].cycles_by_cause);
    add(profile.functions[1].self_cycles, profile.functions[1].cycles_by_cause);
    add(profile.functions[1].total_cycles, profile.functions[1].total_cycles_by_cause);
    add(profile.instructions[3].cycles, profile.instructions[3].cycles_by_cause);
    return profile;
}

template <class Pairs, class Member>
std::int64_t sum_of_changes(const Pairs& all, Member member)
{
    std::int64_t sum = 0;
    for (const auto& pair : all)
        sum += comparison::change(
            pair.before ? pair.before->*member : 0, pair.after ? pair.after->*member : 0);
    return sum;
}

} // namespace

TEST(Alignment, KeepsOrderAndFindsWhatWasInsertedAndRemoved)
{
    EXPECT_EQ(aligned("abc", "abc"), "a b c");
    EXPECT_EQ(aligned("abc", "abxc"), "a b +x c");
    EXPECT_EQ(aligned("abxc", "abc"), "a b x- c");
    EXPECT_EQ(aligned("abc", "xyz"), "a- b- c- +x +y +z");
    EXPECT_EQ(aligned("", "ab"), "+a +b");
    EXPECT_EQ(aligned("ab", ""), "a- b-");
    EXPECT_EQ(aligned("", ""), "");
    EXPECT_EQ(aligned("abab", "ab"), "a b a- b-");
    EXPECT_EQ(aligned("xaybz", "abq"), "x- a y- b z- +q");
}

TEST(Alignment, OfWhatIsTooLongGoesPlaceByPlace)
{
    EXPECT_EQ(aligned("axc", "aybc", 1), "a x- +y +b c");
}

TEST(RunDiff, MatchesLayersByStructure)
{
    std::vector<Layer> before {layer(0, "CONV_2D", "conv 3x3 3→8", 5), layer(1, "ADD", "add", 5),
        layer(2, "CONV_2D", "conv 1x1 8→16", 5), layer(3, "SOFTMAX", "softmax", 5),
        layer(-1, "", "", 1)};
    std::vector<Layer> after {layer(0, "CONV_2D", "conv 3x3 3→8", 5), layer(1, "PAD", "pad", 5),
        layer(2, "CONV_2D", "conv 1x1 8→24", 5), layer(3, "SOFTMAX", "softmax", 5),
        layer(-1, "", "", 1)};
    EXPECT_EQ(pairs(before, after), "0=0 1=- -=1 2=2 3=3 -1=-1");
    EXPECT_EQ(pairs(before, before), "0=0 1=1 2=2 3=3 -1=-1");
    EXPECT_EQ(pairs({}, after), "-=0 -=1 -=2 -=3 -=-1");
}

TEST(RunDiff, OfARunWithItselfIsNothing)
{
    Profile profile = support::sample_profile();
    RunDiff diff = comparison::diff_runs(profile, profile);
    EXPECT_TRUE(diff.causes.empty());
    EXPECT_EQ(sum_of_changes(diff.layers, &Layer::cycles), 0);
    EXPECT_EQ(diff.layers.size(), profile.layers.size());
    EXPECT_TRUE(comparison::diff_text(diff, {}, {}).find("4 did not change") != std::string::npos);
}

TEST(RunDiff, NamesWhatGotSlower)
{
    Profile before = support::sample_profile(), after = slower_profile(50'000);
    RunDiff diff = comparison::diff_runs(before, after);
    ASSERT_EQ(diff.causes.size(), 1u);
    EXPECT_EQ(diff.causes[0].name, "load_wait");
    EXPECT_EQ(comparison::change(diff.causes[0].before, diff.causes[0].after), 50'000);
    EXPECT_EQ(sum_of_changes(diff.layers, &Layer::cycles), 50'000);
    EXPECT_EQ(sum_of_changes(diff.functions, &traces::Function::self_cycles), 50'000);
    ASSERT_FALSE(diff.functions.empty());
    EXPECT_EQ(diff.functions[0].before->name, "mcuprof_depthwise_convolution_3x3_s8_dsp");
    ASSERT_EQ(diff.functions[0].instructions.size(), 1u);
    EXPECT_EQ(sum_of_changes(diff.functions[0].instructions, &traces::Instruction::cycles), 50'000);
    EXPECT_TRUE(diff.functions[1].instructions.empty()); // did not change

    std::string text = comparison::diff_text(diff, {}, {});
    EXPECT_NE(text.find("depthwise 3x3 64"), std::string::npos) << text;
    EXPECT_NE(text.find("load wait +50.0 k"), std::string::npos) << text;
    EXPECT_NE(text.find("smlabb"), std::string::npos) << text;
    EXPECT_EQ(text.find("conv 10x4"), std::string::npos) << text;
    std::string table = comparison::diff_markdown(diff, {});
    EXPECT_NE(
        table.find("| 1 | 1 | depthwise 3x3 64 | 520 k | 570 k | +50.0 k |"), std::string::npos)
        << table;
}

TEST(RunDiff, SumsToTheDifferenceOfTheRuns)
{
    for (std::uint32_t seed = 1; seed < 40; ++seed) {
        Profile before = support::random_profile(seed), after = support::random_profile(seed + 100);
        RunDiff diff = comparison::diff_runs(before, after);
        std::int64_t total = comparison::change(before.total.cycles, after.total.cycles);
        if (!before.layers.empty() && !after.layers.empty()) {
            EXPECT_EQ(sum_of_changes(diff.layers, &Layer::cycles), total) << seed;
        }
        if (!before.functions.empty() && !after.functions.empty()) {
            EXPECT_EQ(sum_of_changes(diff.functions, &traces::Function::self_cycles), total)
                << seed;
        }
        std::int64_t causes = 0;
        for (const auto& cause : diff.causes)
            causes += comparison::change(cause.before, cause.after);
        EXPECT_EQ(causes, total) << seed;
        nlohmann::json json = nlohmann::json::parse(comparison::diff_json(diff));
        EXPECT_EQ(json["layers"].size(), diff.layers.size());
        EXPECT_FALSE(comparison::diff_markdown(diff, {}).empty());
        EXPECT_FALSE(comparison::diff_text(diff, {1, 1, 1}, {}).empty());
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/profile.h"

#include "tests/support/expected_text.h"
#include "tests/support/sample_profile.h"
#include "traces/export/json.h"

#include <gtest/gtest.h>

using namespace traces;
using support::sample_profile;

TEST(UnbalancedSum, FindsNothingInProfilesThatAddUp)
{
    EXPECT_EQ(find_unbalanced_sum(sample_profile()), std::nullopt);
    for (std::uint32_t seed = 0; seed < 50; ++seed)
        EXPECT_EQ(find_unbalanced_sum(support::random_profile(seed)), std::nullopt) << seed;
}

TEST(UnbalancedSum, LetsListsBeAbsent)
{
    Profile profile = sample_profile();
    profile.layers.clear();
    profile.functions.clear();
    profile.instructions.clear();
    EXPECT_EQ(find_unbalanced_sum(profile), std::nullopt);
}

TEST(UnbalancedSum, NamesTheSumThatDiffers)
{
    struct Case {
        void (*spoil)(Profile&);
        const char* complaint;
    };
    const Case cases[] = {
        {[](Profile& p) { ++p.total.cycles; },
            "causes of the run: the parts sum to 2163900, the whole is 2163901"},
        {[](Profile& p) { p.layers.pop_back(); },
            "cycles of the layers: the parts sum to 2132900, the whole is 2163900"},
        {[](Profile& p) { ++p.layers[1].instructions; },
            "instructions of the layers: the parts sum to 1642401, the whole is 1642400"},
        {[](Profile& p) { --p.layers[0].macs; },
            "MACs of the layers: the parts sum to 392767, the whole is 392768"},
        {[](Profile& p) { p.layers[0].executed_macs = 0; },
            "executed MACs of the layers: the parts sum to 72768, the whole is 392768"},
        {[](Profile& p) { ++p.functions[3].self_cycles; },
            "self cycles of the functions: the parts sum to 2163901, the whole is 2163900"},
        {[](Profile& p) { ++p.functions[0].instructions; },
            "instructions of the functions: the parts sum to 1642401, the whole is 1642400"},
        {[](Profile& p) { --p.calls[2].self_cycles; },
            "self cycles of the calls: the parts sum to 2163899, the whole is 2163900"},
        {[](Profile& p) { ++p.contexts[1].cycles; },
            "cycles of the contexts: the parts sum to 2163901, the whole is 2163900"},
        {[](Profile& p) { ++p.functions[3].total_cycles; },
            "causes of all under function model_invoke: the parts sum to 2163900, the whole is "
            "2163901"},
        {[](Profile& p) { --p.instructions[0].cycles; },
            "cycles of the instructions: the parts sum to 2163899, the whole is 2163900"},
        {[](Profile& p) { ++p.instructions[0].executions; },
            "executions of the instructions: the parts sum to 1642401, the whole is 1642400"},
        {[](Profile& p) { ++p.layers[2].cycles_by_cause[0].value; },
            "causes of layer layer_002_fully_connected: the parts sum to 2901, the whole is 2900"},
        {[](Profile& p) { ++p.functions[3].cycles_by_cause[0].value; },
            "causes of function model_invoke: the parts sum to 31301, the whole is 31300"},
        {[](Profile& p) { ++p.instructions[1].cycles_by_cause[0].value; },
            "causes of the instruction at 0x08000124: the parts sum to 570001, the whole is "
            "570000"},
        {[](Profile& p) { p.layers[0].cycles_by_cause[1].name = "fetch_wait"; },
            "'data_hazard' of the layers: the parts sum to 20000, the whole is 110000"},
        {[](Profile& p) { p.functions[0].cycles_by_cause[1].name = "voodoo"; },
            "'voodoo' of the functions: the total knows no such cause"},
        {[](Profile& p) {
             p.total.energy = Energy {2, 1, 3};
             for (Layer& layer : p.layers)
                 layer.energy = Energy {1, 1, 1};
         },
            "energy of the layers: the parts sum to 4 J, the whole is 2 J"},
    };
    for (const Case& one : cases) {
        Profile profile = sample_profile();
        one.spoil(profile);
        EXPECT_EQ(find_unbalanced_sum(profile).value_or("nothing"), one.complaint);
    }
}

TEST(UnbalancedSum, HoldsTheEnergy)
{
    ASSERT_EQ(find_unbalanced_sum(support::sample_profile_with_energy()), std::nullopt);
    struct Case {
        void (*spoil)(Profile&);
        const char* complaint;
    };
    const Case cases[] = {
        {[](Profile& p) { p.total.energy->joules *= 1.001; }, "energy of the layers: the parts sum"},
        {[](Profile& p) { p.total.energy.reset(); }, "the energy of the run is unknown, but it has terms"},
        {[](Profile& p) { p.layers[1].energy.reset(); }, "energy of layer layer_001_depthwise_conv_2d: its terms sum to"},
        {[](Profile& p) { p.layers[0].energy_by_term[0].value += 10'000'000; }, "energy of layer layer_000_conv_2d: its terms sum to"},
        {[](Profile& p) { --p.layers[0].energy_by_term[0].value; ++p.layers[0].energy_by_term[1].value; },
            "'static' of the energy of the layers: the parts sum to 12983399999, the whole is 12983400000"},
        {[](Profile& p) { ++p.functions[0].energy_by_term[4].value; },
            "'memory' of the energy of the functions: the parts sum to 13438100001, the whole is 13438100000"},
        {[](Profile& p) { ++p.traffic[0].energy; },
            "memory's energy of the traffic: the parts sum to 13438100001, the whole is 13438100000"},
        {[](Profile& p) { ++p.power[7].energy; }, "energy of the power samples: the parts sum to"},
        {[](Profile& p) { ++p.power[7].cycles; }, "cycles of the power samples: the parts sum to"},
        {[](Profile& p) { ++p.power[3].start_cycle; }, "a power sample begins at cycle"},
    };
    for (const Case& one : cases) {
        Profile profile = support::sample_profile_with_energy();
        one.spoil(profile);
        std::string complaint = find_unbalanced_sum(profile).value_or("nothing");
        EXPECT_TRUE(complaint.starts_with(one.complaint)) << complaint;
    }
}

TEST(Costs, AreZeroWhenNotNamed)
{
    EXPECT_EQ(value_of(sample_profile().cycles_by_cause, "load_wait"), 264'300u);
    EXPECT_EQ(value_of(sample_profile().cycles_by_cause, "sleep"), 0u);
}

TEST(Seconds, AreZeroWithoutAClock)
{
    EXPECT_DOUBLE_EQ(seconds(2'163'900, sample_profile().run), 0.0180325);
    EXPECT_EQ(seconds(2'163'900, RunInfo {}), 0);
}

TEST(Dump, IsStableText)
{
    support::expect_text(
        SOURCE_DIR "/tests/unit/traces/profile_dump.expected", dump(sample_profile()));
}

TEST(Dump, HasTheEnergy)
{
    std::string text = dump(support::sample_profile_with_energy());
    for (const char* part : {"energy terms (6)\n  static=12983400000  unit=fJ", "power (40)\n",
             "  supply: \"LDO 1.8 V, range 1 boost\"\n", "  | fJ: static "})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST(Dump, KnowsNeitherIdNorTime)
{
    Profile later = sample_profile();
    later.run.id = "4711";
    later.run.created_at = "2030-01-01T00:00:00Z";
    EXPECT_EQ(dump(later), dump(sample_profile()));
}

TEST(Dump, KeepsWhatTheFirmwarePrintsOnOneLine)
{
    Profile profile;
    profile.console = "a\nb\"\\\x1b[31m";
    EXPECT_NE(dump(profile).find("console\n  \"a\\x0ab\\\"\\\\\\x1b[31m\"\n"), std::string::npos);
}

TEST(Json, IsTheContract)
{
    Profile profile = sample_profile();
    support::expect_text(SOURCE_DIR "/tests/unit/traces/profile_json.expected",
        to_json(profile, JsonDetail::instructions));
    EXPECT_EQ(to_json(profile).find("\"instructions\": ["), std::string::npos);
}

TEST(Json, HasTheEnergyByTermAndOverTime)
{
    Profile profile = support::sample_profile_with_energy();
    support::expect_text(SOURCE_DIR "/tests/unit/traces/profile_json_energy.expected",
        to_json(profile, JsonDetail::instructions));
    double integral = 0;
    for (const PowerSample& sample : profile.power)
        integral += watts(sample, profile.run) * seconds(sample.cycles, profile.run);
    EXPECT_NEAR(integral, profile.total.energy->joules, 1e-12 * integral);
}

TEST(Json, HasEnergyWhenThereIsAModelOfIt)
{
    Profile profile = sample_profile();
    profile.total.energy = Energy {0.0180325, 0.016, 0.02}; // in 18.0325 ms
    profile.layers[0].energy = Energy {0.0025, 0.002, 0.003};
    std::string json = to_json(profile);
    EXPECT_NE(json.find("\"energy_j\": 0.0180325,\n    \"energy_low_j\": 0.016,\n    "
                        "\"energy_high_j\": 0.02,"),
        std::string::npos);
    EXPECT_NE(json.find("\"average_power_w\": 1.0"), std::string::npos);
    EXPECT_NE(json.find("\"energy_j\": 0.0025"), std::string::npos);
}

TEST(Json, KeepsLargeOutputsWhole)
{
    Profile profile;
    profile.outputs.push_back(
        {"large", "int8", {1, 5000}, std::vector<std::uint8_t>(5000, 0xab), 1});
    std::string whole;
    for (int i = 0; i < 5000; ++i)
        whole += "ab";
    EXPECT_NE(to_json(profile).find("\"bytes_hex\": \"" + whole + "\""), std::string::npos);
}

TEST(Json, IsUtf8WhateverTheFirmwarePrints)
{
    Profile profile;
    profile.console = "\xff\xfe";
    EXPECT_NE(to_json(profile).find("\"console\": \"\uFFFD\uFFFD\""), std::string::npos);
}

TEST(Json, HasNullForWhatIsUnknown)
{
    std::string json = to_json(Profile {});
    EXPECT_NE(json.find("\"latency_s\": null"), std::string::npos);
    EXPECT_NE(json.find("\"energy_j\": null"), std::string::npos);
    EXPECT_NE(json.find("\"expected_error\": null"), std::string::npos);
    EXPECT_NE(json.find("\"layers\": []"), std::string::npos);
}

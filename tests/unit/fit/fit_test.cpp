// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/fit/fit.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using fit::Limits;
using fit::Probes;
using fit::Result;
using networks::FamilyLine;
using networks::FamilyMember;

/// A line of five networks of 10, 20 ... 50 times `unit` multiply-accumulates.
FamilyLine line(const std::string& name, std::int64_t unit)
{
    FamilyLine line {.name = name, .network = name, .measure = "accuracy", .members = {}};
    for (int i = 1; i <= 5; ++i)
        line.members.push_back({.name = name + "-" + std::to_string(i),
            .width = {},
            .resolution = i,
            .macs = 10 * i * unit,
            .accuracy = {}});
    return line;
}

/// A chip with room for some multiply-accumulates, a second for each; code has room up to `code`.
struct Chip {
    std::int64_t room = 1000, code = 1000;
    std::vector<std::string> planned {}, ran {};

    Probes probes()
    {
        return {.plan =
                    [this](const FamilyMember& network) {
                        planned.push_back(network.name);
                        return fit::Planned {0, 0, network.macs > room ? "too little" : ""};
                    },
            .run =
                [this](const FamilyMember& network) {
                    ran.push_back(network.name);
                    return fit::Ran {.failure = network.macs > code ? "no room for its code" : "",
                        .latency_s = static_cast<double>(network.macs),
                        .energy_j = {},
                        .sram_bytes = 0,
                        .flash_bytes = 0};
                }};
    }
};

TEST(Fit, LargestWithRoomIsFoundWithoutRunningTheOthers)
{
    Chip chip {.room = 65};
    const Result result = fit::find_fit({line("narrow", 1), line("wide", 2)}, {}, chip.probes());
    ASSERT_TRUE(result.best);
    EXPECT_EQ(result.best->network.name, "wide-3");
    EXPECT_FALSE(result.by_accuracy);
    EXPECT_EQ(chip.ran, std::vector<std::string> {"wide-3"});
    EXPECT_EQ(result.ran, chip.ran);
    EXPECT_EQ(result.planned, chip.planned.size());
    EXPECT_EQ(result.frontier.at(0).largest->network.name, "narrow-5");
    EXPECT_FALSE(result.frontier.at(0).next);
    EXPECT_EQ(result.frontier.at(1).next->network.name, "wide-4");
    EXPECT_EQ(result.frontier.at(1).next->limit, "too little");
}

TEST(Fit, EachNetworkIsLookedAtOnce)
{
    Chip chip {.room = 65};
    fit::find_fit(
        {line("narrow", 1), line("wide", 2)}, {.latency_s = 35, .energy_j = {}}, chip.probes());
    for (std::vector<std::string>* names : {&chip.planned, &chip.ran}) {
        std::ranges::sort(*names);
        EXPECT_EQ(std::ranges::adjacent_find(*names), names->end());
    }
}

TEST(Fit, LimitOfTimeIsHeldOnBothSides)
{
    // Every limit, so that the search begins below, at and above the answer.
    for (int limit = 5; limit <= 110; limit += 5) {
        Chip chip {.room = 85};
        const Limits limits {.latency_s = limit, .energy_j = {}};
        const Result result
            = fit::find_fit({line("narrow", 1), line("wide", 2)}, limits, chip.probes());
        for (const fit::FrontierRow& row : result.frontier) {
            if (row.largest) {
                EXPECT_LE(row.largest->network.macs, std::min(limit, 85)) << limit;
                EXPECT_TRUE(row.largest->ran) << limit;
            }
            if (row.next) {
                EXPECT_GT(row.next->network.macs, std::min(limit, 85)) << limit;
                EXPECT_FALSE(row.next->limit.empty()) << limit;
            }
        }
        EXPECT_EQ(result.best.has_value(), limit >= 10) << limit;
    }
}

TEST(Fit, PublishedAccuracyDecidesWhereThereIsOne)
{
    std::vector<FamilyLine> lines = {line("narrow", 1), line("wide", 2)};
    lines[0].members[3].accuracy = 50;
    lines[1].members[1].accuracy = 40;
    lines[1].members[4].accuracy = 60; // has no room
    Chip chip {.room = 85};
    const Result result = fit::find_fit(lines, {}, chip.probes());
    EXPECT_TRUE(result.by_accuracy);
    EXPECT_EQ(result.best->network.name, "narrow-4");
    EXPECT_EQ(result.largest_by_macs->network.name, "wide-4");
    EXPECT_EQ(chip.ran, (std::vector<std::string> {"narrow-4", "wide-4"}));
}

TEST(Fit, AccuraciesOfDifferentThingsAreNotCompared)
{
    Chip chip;
    std::vector<FamilyLine> lines {line("narrow", 1), line("wide", 2)};
    lines[0].members[1].accuracy = 90;
    lines[1].members[0].accuracy = 60;
    EXPECT_EQ(fit::find_fit(lines, {}, chip.probes()).best->network.name, "narrow-2");
    lines[1].measure = "something else";
    const Result result = fit::find_fit(lines, {}, chip.probes());
    EXPECT_TRUE(result.several_measures);
    EXPECT_FALSE(result.by_accuracy);
    EXPECT_EQ(result.best->network.name, "wide-5");
}

TEST(Fit, WhatHasNoRoomForItsCodeGivesWayToTheNextSmaller)
{
    Chip chip {.room = 85, .code = 55};
    const Result result = fit::find_fit({line("narrow", 1), line("wide", 2)}, {}, chip.probes());
    EXPECT_EQ(result.best->network.macs, 50);
    EXPECT_EQ(result.frontier.at(1).next->limit, "no room for its code");
}

TEST(Fit, UnknownEnergyKeepsNoLimit)
{
    Chip chip;
    const Result result
        = fit::find_fit({line("narrow", 1)}, {.latency_s = {}, .energy_j = 1}, chip.probes());
    EXPECT_FALSE(result.best);
    EXPECT_EQ(result.frontier.at(0).next->limit, "its energy is unknown");
}

TEST(Families, AreNetworksByWidthAndResolution)
{
    const std::vector<FamilyLine> lines = networks::family_lines(
        "mobilenet-v2", {.classes = 10, .widths = {0.5, 0.35}, .resolutions = {96, 64}});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].name, "mobilenet-v2-0.35");
    ASSERT_EQ(lines[0].members.size(), 2U);
    EXPECT_EQ(lines[0].members[0].name, "mobilenet-v2-0.35-64:10");
    EXPECT_FALSE(lines[0].members[0].accuracy);
    EXPECT_EQ(lines[0].members[1].accuracy, 45.5);
    EXPECT_LT(lines[0].members[0].macs, lines[0].members[1].macs);
}

TEST(Families, MayBeWhatSeveralNamesBeginWith)
{
    EXPECT_EQ(networks::family_lines("mcunet-vww", {}).size(), 3U);
    EXPECT_EQ(networks::family_lines("ds-cnn", {}).size(), 3U);
    EXPECT_EQ(networks::family_lines("ds-cnn", {}).at(0).members.at(0).accuracy, 93.1);
    EXPECT_EQ(networks::family_lines("mobilenet-v3-small", {}).at(0).network, "mobilenet-v3-small");
    const FamilyLine own = networks::family_lines("mcunet-in3", {}).at(0);
    EXPECT_EQ(own.members.back().name, "mcunet-in3");
    EXPECT_EQ(own.members.back().accuracy, 62.2);
    EXPECT_EQ(own.members.front().name, "mcunet-in3@32");
}

std::string error_of(std::string_view family, const networks::FamilyRequest& request)
{
    try {
        networks::family_lines(family, request);
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "found";
}

TEST(Families, ThatDoNotExistAreRefused)
{
    EXPECT_TRUE(error_of("mcunet-vwv", {})
                    .starts_with("family 'mcunet-vwv': unknown; did you mean mcunet-vww"));
    EXPECT_NE(error_of("mobilnet-v2", {}).find("did you mean mobilenet-v2"), std::string::npos);
    EXPECT_NE(error_of("x", {}).find("expected one of "), std::string::npos);
    EXPECT_NE(error_of("mobilenet-v2", {.classes = {}, .widths = {7}, .resolutions = {}})
                  .find("expected a width from 0.1 to 2, found '7.0'"),
        std::string::npos);
    EXPECT_NE(error_of("mobilenet-v2", {.classes = {}, .widths = {}, .resolutions = {8}})
                  .find("expected a resolution from 32 to 512, found '8'"),
        std::string::npos);
}

TEST(Families, KnowTheirMembers)
{
    const networks::FamilyPlace place = networks::place_in_family("mobilenet-v1-0.25-96:2");
    EXPECT_EQ(place.family, "mobilenet-v1");
    EXPECT_EQ(place.width, 0.25);
    EXPECT_EQ(place.resolution, 96);
    EXPECT_EQ(place.classes, 2);
    EXPECT_EQ(networks::place_in_family("mcunet-vww1").resolution, 80);
}

} // namespace

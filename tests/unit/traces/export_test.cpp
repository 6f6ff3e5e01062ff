// SPDX-License-Identifier: GPL-2.0-or-later
// Formats of other programs, for profiles of any shape; tests/cli/export_test.py reads them with other programs.
#include "base/input_error.h"
#include "tests/support/sample_profile.h"
#include "traces/export/callgrind.h"
#include "traces/export/collapsed.h"
#include "traces/export/csv.h"
#include "traces/export/layer_times.h"
#include "traces/export/perfetto.h"
#include "traces/export/pprof.h"
#include "traces/export/speedscope.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace {

using nlohmann::json;

/// The numbers at the ends of the lines, summed.
std::uint64_t sum_of(const std::string& collapsed)
{
    std::istringstream lines(collapsed);
    std::uint64_t sum = 0;
    for (std::string line; std::getline(lines, line);)
        sum += std::stoull(line.substr(line.rfind(' ') + 1));
    return sum;
}

std::string line_that_begins(const std::string& text, std::string_view begin)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(begin))
            return line;
    return "";
}

} // namespace

TEST(Export, SumsToTheRunWhateverItsShape)
{
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        traces::Profile profile = support::random_profile(seed);
        if (profile.calls.empty() && profile.functions.empty())
            continue;
        EXPECT_EQ(sum_of(traces::to_collapsed(profile)), profile.total.cycles) << seed;
        std::uint64_t weights = 0;
        json speedscope = json::parse(traces::to_speedscope(profile));
        for (const json& one : speedscope["profiles"])
            if (one["type"] == "sampled")
                for (const json& weight : one["weights"])
                    weights += weight.get<std::uint64_t>();
        EXPECT_EQ(weights, profile.total.cycles) << seed;
        std::string totals = line_that_begins(traces::to_callgrind(profile), "totals: ");
        EXPECT_TRUE(totals.starts_with("totals: " + std::to_string(profile.total.cycles) + " "))
            << seed << totals;
        EXPECT_TRUE(json::parse(traces::to_perfetto(profile)).contains("traceEvents")) << seed;
        EXPECT_TRUE(traces::to_pprof(profile).starts_with("\x1f\x8b")) << seed;
        for (const std::string& table : traces::csv_tables())
            EXPECT_FALSE(traces::to_csv(profile, table).empty()) << seed;
    }
}

TEST(Export, ARunThatRecordedNothingIsWrittenToo)
{
    traces::Profile profile;
    EXPECT_EQ(traces::to_collapsed(profile), "");
    EXPECT_TRUE(json::parse(traces::to_speedscope(profile))["profiles"].empty());
    EXPECT_TRUE(traces::to_callgrind(profile).ends_with("totals: 0 0\n"));
    EXPECT_FALSE(traces::to_pprof(profile).empty());
    EXPECT_TRUE(traces::to_csv(profile, "layers").starts_with("layer_index,name,title,"));
}

TEST(Export, QuotesCellsOfCsv)
{
    EXPECT_EQ(traces::csv_cell("plain"), "plain");
    EXPECT_EQ(traces::csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(traces::csv_cell("say \"no\"\n"), "\"say \"\"no\"\"\n\"");
    EXPECT_THROW(traces::to_csv({}, "lairs"), base::InputError);
}

TEST(Export, LayersThatOverlapWhatFollowsHaveNoTime)
{
    traces::Profile profile;
    profile.total.cycles = 100;
    auto add = [&](int index, std::uint64_t start, std::uint64_t cycles) {
        traces::Layer& layer = profile.layers.emplace_back();
        layer.index = index;
        layer.start_cycle = start;
        layer.cycles = cycles;
    };
    add(0, 0, 10);
    add(1, 10, 50); // several calls in one row
    add(2, 20, 5);
    add(3, 60, 41); // ends behind the run
    add(-1, 0, 3);
    std::vector<traces::LayerTime> times = traces::layer_times(profile);
    ASSERT_EQ(times.size(), 2u);
    EXPECT_EQ(times[0].layer->index, 0);
    EXPECT_EQ(times[1].layer->index, 2);
    EXPECT_EQ(times[1].end, 25u);
}

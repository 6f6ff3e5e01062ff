// SPDX-License-Identifier: GPL-2.0-or-later
// Stores are joined: nothing is lost, nothing is there twice.
#include "base/input_error.h"
#include "tests/support/sample_profile.h"
#include "tests/support/temporary_folder.h"
#include "traces/trace_store.h"

#include <gtest/gtest.h>

using namespace traces;
using support::random_profile;
using support::sample_profile;

namespace {

class MergeTest : public testing::Test {
protected:
    MergeResult merge(const std::filesystem::path& from)
    {
        TraceStore source(from, TraceStore::Access::read);
        return TraceStore(all).merge(source);
    }

    static Job job(const std::string& key) { return {.key = key, .target = "keywords.tflite", .chip = "stm32l4r5", .tool_version = "0.1.0"}; }

    support::TemporaryFolder folder;
    std::filesystem::path a = folder / "a.db", b = folder / "b.db", all = folder / "all.db";
};

Profile without_id(Profile profile)
{
    profile.run.id.clear();
    return profile;
}

} // namespace

TEST_F(MergeTest, CopiesRunsToTheLastRow)
{
    for (std::uint32_t seed = 0; seed < 80; ++seed) // more than one transaction of copying
        TraceStore(seed % 2 ? a : b).add(random_profile(seed));
    EXPECT_EQ(merge(a).added, 40u);
    EXPECT_EQ(merge(b).added, 40u);
    TraceStore joined(all);
    EXPECT_TRUE(joined.find_damage().empty());
    for (std::uint32_t seed = 0; seed < 80; ++seed) {
        std::string here = std::to_string(seed / 2 + 1), there = std::to_string((seed % 2 ? 0 : 40) + seed / 2 + 1);
        EXPECT_EQ(without_id(joined.read(there)), without_id(TraceStore(seed % 2 ? a : b).read(here))) << seed;
    }
}

TEST_F(MergeTest, RepeatedItAddsNothing)
{
    TraceStore source(a);
    source.add(sample_profile());
    source.add(sample_profile()); // twice the same is two runs
    source.add(sample_profile(), job("k1"));
    Job failed = job("k2");
    failed.failure = "refused";
    failed.reason = "does not fit";
    source.add_failure(failed);
    MergeResult first = merge(a), second = merge(a);
    EXPECT_EQ(first.added, 3u);
    EXPECT_EQ(first.failed_jobs, 1u);
    EXPECT_EQ(second.added, 0u);
    EXPECT_EQ(second.present, 3u);
    EXPECT_EQ(second.failed_jobs, 0u);
    EXPECT_TRUE(first.conflicts.empty() && second.conflicts.empty());
    EXPECT_EQ(TraceStore(all).jobs(), source.jobs());
    EXPECT_EQ(TraceStore(all).list().size(), 3u);
}

TEST_F(MergeTest, AJobThatFailedHereAndIsDoneThereIsDone)
{
    Job failed = job("k1");
    failed.failure = "time";
    TraceStore(a).add_failure(failed);
    TraceStore(b).add(sample_profile(), job("k1"));
    merge(a);
    merge(b);
    merge(a);
    ASSERT_EQ(TraceStore(all).jobs().size(), 1u);
    EXPECT_EQ(TraceStore(all).jobs().front().state, "done");
    EXPECT_EQ(TraceStore(all).list().size(), 1u);
}

TEST_F(MergeTest, TheSameJobAtAnotherTimeIsPresentWithAnotherResultAConflict)
{
    Profile later = sample_profile(), other = sample_profile();
    later.run.created_at = "2031-01-01T00:00:00Z";
    other.run.elf_sha256 = "00";
    TraceStore(all).add(sample_profile(), job("k1"));
    TraceStore(a).add(later, job("k1"));
    TraceStore(b).add(sample_profile());
    TraceStore(b).add(other, job("k1"));
    EXPECT_TRUE(merge(a).conflicts.empty());
    MergeResult result = merge(b);
    EXPECT_EQ(result.added, 1u);
    ASSERT_EQ(result.conflicts.size(), 1u);
    EXPECT_EQ(result.conflicts[0].key, "k1");
    EXPECT_EQ(result.conflicts[0].run, "2");
    EXPECT_EQ(result.conflicts[0].run_there, "1");
    EXPECT_EQ(TraceStore(all).read("1").run.elf_sha256, sample_profile().run.elf_sha256);
}

TEST_F(MergeTest, RefusesToMergeAStoreWithItself)
{
    TraceStore(all).add(sample_profile());
    EXPECT_THROW(merge(all), base::InputError);
    EXPECT_EQ(TraceStore(all).list().size(), 1u);
}

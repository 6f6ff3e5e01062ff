// SPDX-License-Identifier: GPL-2.0-or-later
// The store against kill -9, several writers and a full disk, with real processes.
#include "traces/trace_store.h"

#include "base/input_error.h"
#include "tests/support/sample_profile.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace traces;

namespace {

/// A child process that does one thing. What it writes with `tell` comes back, also if it is
/// killed.
class Child {
public:
    explicit Child(auto&& body)
    {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        process_ = ::fork();
        if (process_ == 0) {
            ::close(ends[0]);
            int code = 0;
            try {
                body([&](std::uint32_t word) {
                    code |= ::write(ends[1], &word, sizeof word) == sizeof word ? 0 : 2;
                });
            } catch (const std::exception& error) {
                std::fprintf(stderr, "child: %s\n", error.what());
                code = 1;
            }
            ::_exit(code);
        }
        ::close(ends[1]);
        pipe_ = ends[0];
    }

    void kill() { ::kill(process_, SIGKILL); }

    /// The status as of waitpid.
    int wait()
    {
        int status = 0;
        std::uint32_t word = 0;
        while (::read(pipe_, &word, sizeof word) == sizeof word)
            told.push_back(word);
        ::close(pipe_);
        ::waitpid(process_, &status, 0);
        return status;
    }

    std::vector<std::uint32_t> told;

private:
    pid_t process_ = 0;
    int pipe_ = 0;
};

constexpr std::uint32_t seeds = 40;

/// The run's own seed is in its exit code, so that a reader knows what the whole of it must be.
Profile seeded(std::uint32_t seed)
{
    Profile profile = support::random_profile(seed % seeds);
    profile.run.outcome.exit_code = static_cast<int>(seed);
    return profile;
}

void expect_whole_runs(const TraceStore& store)
{
    EXPECT_EQ(store.find_damage(), std::vector<std::string> {});
    for (const RunSummary& summary : store.list()) {
        Profile expected = seeded(static_cast<std::uint32_t>(summary.run.outcome.exit_code));
        expected.run.id = summary.run.id;
        ASSERT_EQ(store.read(summary.run.id), expected) << "run " << summary.run.id;
    }
}

} // namespace

TEST(TraceStoreSurvival, AKillAtAnyMomentLeavesWholeRunsOnly)
{
    support::TemporaryFolder folder;
    std::set<std::string> acknowledged;
    std::size_t runs_added = 0;
    for (int round = 0; round < 30; ++round) {
        // Every third round starts without a file, so that kills also hit the making of the schema.
        std::filesystem::path path = folder / ("runs" + std::to_string(round / 3) + ".db");
        if (round % 3 == 0)
            acknowledged.clear();
        auto add_for_ever = [&](auto tell) {
            TraceStore store(path);
            for (std::uint32_t seed = static_cast<std::uint32_t>(round);; ++seed)
                tell(static_cast<std::uint32_t>(std::stoul(store.add(seeded(seed)))));
        };
        Child one(add_for_ever), other(add_for_ever);
        std::this_thread::sleep_for(
            std::chrono::milliseconds(round % 3 == 0 ? round : 3 * round + 5));
        one.kill();
        other.kill();
        for (Child* child : {&one, &other}) {
            int status = child->wait();
            ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
                << "ended by itself: " << status;
            runs_added += child->told.size();
            for (std::uint32_t id : child->told)
                EXPECT_TRUE(acknowledged.insert(std::to_string(id)).second)
                    << "id " << id << " was given twice";
        }

        TraceStore store(path);
        expect_whole_runs(store);
        std::set<std::string> listed;
        for (const RunSummary& summary : store.list())
            listed.insert(summary.run.id);
        for (const std::string& id : acknowledged)
            EXPECT_TRUE(listed.contains(id)) << "run " << id << " was confirmed and is lost";
    }
    EXPECT_GT(runs_added, 30u); // else the kills came before anything happened
}

TEST(TraceStoreSurvival, ParallelWritersLoseNothing)
{
    support::TemporaryFolder folder;
    std::filesystem::path path = folder / "runs.db";
    constexpr std::uint32_t writers = 6, runs = 15;
    std::vector<std::unique_ptr<Child>> children;
    for (std::uint32_t writer = 0; writer < writers; ++writer)
        children.push_back(std::make_unique<Child>([&](auto tell) {
            for (std::uint32_t run = 0; run < runs; ++run) {
                TraceStore store(path); // opened anew each time, as a batch of processes would
                tell(
                    static_cast<std::uint32_t>(std::stoul(store.add(seeded(writer * runs + run)))));
            }
        }));
    // A reader meanwhile sees whole runs only.
    std::set<std::uint32_t> ids;
    for (auto& child : children) {
        if (std::filesystem::exists(path))
            expect_whole_runs(TraceStore(path));
        EXPECT_EQ(child->wait(), 0);
        ids.insert(child->told.begin(), child->told.end());
    }
    EXPECT_EQ(ids.size(), writers * runs);

    TraceStore store(path);
    expect_whole_runs(store);
    std::set<int> found;
    for (const RunSummary& summary : store.list())
        found.insert(summary.run.outcome.exit_code);
    EXPECT_EQ(found.size(), writers * runs);
}

TEST(TraceStoreSurvival, AFullDiskLeavesNothingHalfWritten)
{
    support::TemporaryFolder folder;
    std::filesystem::path path = folder / "runs.db";
    TraceStore(path).add(seeded(7));
    // No file may grow beyond some size: what the system answers is what it answers when the disk
    // is full.
    for (rlim_t room : {0, 1'000, 40'000, 100'000, 200'000}) {
        Child child([&](auto tell) {
            ::signal(SIGXFSZ, SIG_IGN);
            rlim_t size = std::filesystem::file_size(path) / 2 + room;
            struct rlimit limit {
                size, size
            };
            ::setrlimit(RLIMIT_FSIZE, &limit);
            try {
                Profile large = seeded(8);
                large.console = std::string(2'000'000, 'x');
                TraceStore(path).add(large);
            } catch (const base::InputError& error) {
                tell(std::string(error.what()).find(path.string() + ": cannot be ") == 0 ? 1 : 2);
            }
        });
        EXPECT_EQ(child.wait(), 0);
        EXPECT_EQ(child.told, std::vector<std::uint32_t> {1});
        TraceStore store(path);
        EXPECT_EQ(store.list().size(), 1u);
        expect_whole_runs(store);
    }
    EXPECT_NE(TraceStore(path).add(seeded(9)), "1");
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/trace_store.h"

#include "base/file.h"
#include "base/input_error.h"
#include "tests/support/sample_profile.h"
#include "tests/support/temporary_folder.h"
#include "traces/export/json.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

using namespace traces;
using support::random_profile;
using support::sample_profile;
using Access = TraceStore::Access;

namespace {

class TraceStoreTest : public testing::Test {
protected:
    /// What somebody else does to the file.
    void meddle(const std::string& sql)
    {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec("PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON");
        database.exec(sql);
    }

    std::string refusal(auto&& action)
    {
        try {
            action();
        } catch (const base::InputError& error) {
            std::string message = error.what();
            EXPECT_EQ(message.find(path.string() + ": "), 0u) << message;
            return message.substr(std::min(message.size(), path.string().size() + 2));
        }
        return "no refusal";
    }
    std::string refusal_to_open(Access access = Access::write)
    {
        return refusal([&] { TraceStore(path, access); });
    }

    support::TemporaryFolder folder;
    std::filesystem::path path = folder / "runs.db";
};

Profile with_id(Profile profile, const std::string& id)
{
    profile.run.id = id;
    return profile;
}

} // namespace

TEST_F(TraceStoreTest, GivesBackWhatWasAdded)
{
    TraceStore store(path);
    Profile profile = sample_profile();
    std::string id = store.add(profile);
    EXPECT_EQ(id, "1");
    // Zeros that a row names are not kept; the run's own causes are.
    EXPECT_EQ(store.read(id), with_id(profile, id));
}

TEST_F(TraceStoreTest, GivesBackWhateverWasAdded)
{
    TraceStore store(path);
    std::vector<std::string> ids;
    for (std::uint32_t seed = 0; seed < 60; ++seed)
        ids.push_back(store.add(random_profile(seed)));
    for (std::uint32_t seed = 0; seed < 60; ++seed)
        ASSERT_EQ(store.read(ids[seed]), with_id(random_profile(seed), ids[seed])) << seed;
    EXPECT_EQ(store.find_damage(), std::vector<std::string> {});
}

TEST_F(TraceStoreTest, GivesBackAnEmptyProfile)
{
    TraceStore store(path);
    std::string id = store.add(Profile {});
    EXPECT_EQ(store.read(id), with_id(Profile {}, id));
}

TEST_F(TraceStoreTest, ReportsTheSameBeforeAndAfter)
{
    Profile profile = sample_profile();
    profile.layers[0].cycles_by_cause.push_back({"unmodeled", 0});
    TraceStore store(path);
    std::string id = store.add(profile);
    EXPECT_EQ(dump(store.read(id)), dump(profile));
    EXPECT_EQ(to_json(store.read(id)), to_json(with_id(profile, id)));
}

TEST_F(TraceStoreTest, ListsRunsOldestFirst)
{
    TraceStore store(path);
    EXPECT_TRUE(store.list().empty());
    store.add(sample_profile());
    store.add(random_profile(3));
    std::vector<RunSummary> runs = store.list();
    ASSERT_EQ(runs.size(), 2u);
    Profile first = with_id(sample_profile(), "1");
    EXPECT_EQ(runs[0], (RunSummary {first.run, first.total, first.memory}));
    EXPECT_EQ(runs[1].run.id, "2");
    EXPECT_EQ(runs[1].total, random_profile(3).total);
}

TEST_F(TraceStoreTest, RemovesARunAsAWhole)
{
    TraceStore store(path);
    store.add(sample_profile());
    store.add(random_profile(5));
    store.remove("1");
    EXPECT_EQ(store.list().size(), 1u);
    EXPECT_EQ(store.read("2"), with_id(random_profile(5), "2"));
    EXPECT_EQ(refusal([&] { store.read("1"); }), "no run 1; the last is 2");
    EXPECT_EQ(refusal([&] { store.remove("1"); }), "no run 1; the last is 2");

    SQLite::Database database(path.string());
    for (const char* table :
        {"run_cost", "traffic", "layer", "layer_cost", "function", "function_cost", "instruction",
            "instruction_cost", "arena_tensor", "output", "warning", "source"})
        EXPECT_EQ(
            database.execAndGet(std::string("SELECT count(*) FROM ") + table + " WHERE run_id = 1")
                .getInt(),
            0)
            << table;
}

TEST_F(TraceStoreTest, NeverGivesAnIdTwice)
{
    TraceStore store(path);
    store.add(sample_profile());
    store.remove("1");
    EXPECT_EQ(store.add(sample_profile()), "2");
}

TEST_F(TraceStoreTest, SaysWhichRunsThereAre)
{
    TraceStore store(path);
    EXPECT_EQ(refusal([&] { store.read("1"); }), "no run 1; the store is empty");
    for (const char* id : {"", "x", "-1", "0", "1x", "99999999999999999999", "1; DROP TABLE run"})
        EXPECT_EQ(refusal([&] { store.read(id); }),
            "expected the number of a run, found '" + std::string(id) + "'");
}

TEST_F(TraceStoreTest, KeepsRunsBetweenOpenings)
{
    TraceStore(path).add(sample_profile());
    EXPECT_EQ(TraceStore(path).read("1"), with_id(sample_profile(), "1"));
    EXPECT_EQ(TraceStore(path, Access::read).read("1"), with_id(sample_profile(), "1"));
}

TEST_F(TraceStoreTest, ViewsAgreeWithTheProfile)
{
    TraceStore(path).add(sample_profile());
    SQLite::Database database(path.string());
    auto answer = [&](const char* query) { return database.execAndGet(query).getString(); };
    EXPECT_EQ(answer("SELECT latency_s FROM run_summary"), "0.0180325");
    EXPECT_EQ(
        answer("SELECT sram_peak || ' of ' || sram_capacity FROM run_summary"), "23653 of 655360");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM layer_share"), "2163900");
    EXPECT_EQ(answer("SELECT round(sum(percent), 6) FROM layer_share"), "100.0");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM cause_share"), "2163900");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM layer_cause"), "2163900");
    EXPECT_EQ(answer("SELECT sum(self_cycles) FROM function_share"), "2163900");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM instruction_listing"), "2163900");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM line_share"), "2163900");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM instruction_cause"), "2163900");
    EXPECT_EQ(answer("SELECT count(*) FROM (SELECT cause, sum(cycles) AS cycles FROM instruction_cause GROUP BY cause"
                     " INTERSECT SELECT cause, cycles FROM cause_share)"),
        answer("SELECT count(*) FROM cause_share WHERE cycles > 0"));
    EXPECT_EQ(answer("SELECT count(*) FROM source_listing WHERE figure <> '' AND source <> ''"), answer("SELECT count(*) FROM source"));
    EXPECT_EQ(answer("SELECT cycles FROM line_share WHERE line = 34"), "1009900");
    EXPECT_EQ(answer("SELECT sum(cycles) FROM context_share"), "2163900");
    EXPECT_EQ(answer("SELECT caller || ' ' || callee || ' ' || total_cycles FROM call_edge "
                     "ORDER BY total_cycles LIMIT 1"),
        "model_invoke mcuprof_fully_connected_s8 2800");
    EXPECT_EQ(answer("SELECT text FROM instruction_listing WHERE address = 0x8000124"),
        "smlad   r0, r3, r4, r0");
    EXPECT_EQ(answer("SELECT cause FROM cause_share ORDER BY cycles DESC"), "issue");
}

TEST_F(TraceStoreTest, MakesAStoreOfAnEmptyFile)
{
    base::write_file(path, "");
    EXPECT_EQ(refusal_to_open(Access::read), "expected a run store, found an empty file");
    EXPECT_EQ(TraceStore(path).add(sample_profile()), "1");
}

TEST_F(TraceStoreTest, RefusesWhatIsNoDatabase)
{
    base::write_file(path, std::string(5000, 'x'));
    EXPECT_EQ(
        refusal_to_open(), "expected a run store of mcuprof (a SQLite file), found something else");
    EXPECT_EQ(base::read_text(path), std::string(5000, 'x'));
}

TEST_F(TraceStoreTest, RefusesTheDatabasesOfOthersAndLeavesThemAlone)
{
    meddle("CREATE TABLE recipes (name TEXT)");
    std::string before = base::read_text(path);
    EXPECT_EQ(refusal_to_open(),
        "expected a run store of mcuprof (application id 0x6d637570), found another SQLite "
        "database (0x00000000)");
    meddle("PRAGMA application_id = 0x12345678");
    EXPECT_EQ(refusal_to_open(),
        "expected a run store of mcuprof (application id 0x6d637570), found another SQLite "
        "database (0x12345678)");
    meddle("PRAGMA application_id = 0");
    EXPECT_EQ(base::read_text(path).substr(100), before.substr(100));
}

TEST_F(TraceStoreTest, KeepsAJobWithItsRun)
{
    Job job {.key = "ab12", .target = "keywords.tflite", .chip = "stm32l4r5", .clock_hz = 120'000'000, .kernels = "dsp",
        .planner = "", .placement = "weights=dtcm", .tool_version = "0.1.0", .attempts = 2};
    TraceStore store(path);
    EXPECT_EQ(store.add(sample_profile()), "1");
    EXPECT_EQ(store.add(sample_profile(), job), "2");
    EXPECT_EQ(store.add(sample_profile(), job), "2"); // done already: nothing twice
    EXPECT_EQ(store.list().size(), 2u);
    job.failure = "crashed";
    store.add_failure(job); // another process was faster with success
    job.failure = "";
    job.state = "done";
    job.run_id = "2";
    EXPECT_EQ(store.jobs(), std::vector {job});
    store.remove("2");
    EXPECT_TRUE(store.jobs().empty());
    EXPECT_TRUE(store.find_damage().empty());
}

TEST_F(TraceStoreTest, AFailedJobSaysWhyUntilItIsDone)
{
    Job job {.key = "ab12", .target = "a", .chip = "b", .failure = "refused", .reason = "a on b: does not fit"};
    TraceStore store(path);
    store.add_failure(job);
    job.failure = "time";
    job.reason = "no end after 60 s";
    job.attempts = 2;
    store.add_failure(job);
    job.state = "failed";
    EXPECT_EQ(store.jobs(), std::vector {job});
    EXPECT_TRUE(store.list().empty());
    store.add(sample_profile(), job);
    ASSERT_EQ(store.jobs().size(), 1u);
    EXPECT_EQ(store.jobs().front().state, "done");
    EXPECT_EQ(store.jobs().front().reason, "");
    EXPECT_EQ(store.jobs().front().run_id, "1");
}

TEST_F(TraceStoreTest, RefusesOtherVersions)
{
    TraceStore(path).add(sample_profile());
    meddle("PRAGMA user_version = 99");
    EXPECT_EQ(refusal_to_open(), "expected schema version 3, found 99: written by a newer mcuprof");
    EXPECT_EQ(refusal_to_open(Access::read),
        "expected schema version 3, found 99: written by a newer mcuprof");
    meddle("PRAGMA user_version = 0");
    EXPECT_EQ(refusal_to_open(), "expected schema version 3, found 0: no mcuprof wrote this");
}

TEST_F(TraceStoreTest, KeepsTheEnergy)
{
    const Profile sample = support::sample_profile_with_energy();
    EXPECT_EQ(TraceStore(path).add(sample), "1");
    EXPECT_EQ(TraceStore(path, Access::read).read("1"), with_id(sample, "1"));
    SQLite::Database database(path.string());
    auto sum = [&](const char* query) { return database.execAndGet(query).getDouble(); };
    double joules = sample.total.energy->joules;
    EXPECT_NEAR(sum("SELECT sum(energy_j) FROM energy_share"), joules, 1e-12);
    EXPECT_NEAR(sum("SELECT sum(power_w * duration_s) FROM power_trace"), joules, 1e-12);
}

TEST_F(TraceStoreTest, BringsAStoreOfVersion1UpToDate)
{
    meddle(base::read_text(SOURCE_DIR "/tests/unit/traces/schema_1.sql"));
    meddle(base::read_text(SOURCE_DIR "/tests/unit/traces/runs_1.sql"));
    meddle("CREATE VIEW slow AS SELECT name FROM layer_share WHERE percent > 10;"
           "CREATE TABLE notes (run_id INTEGER, note TEXT);"
           "INSERT INTO source (run_id, position, figure, value, source, grade)"
           " VALUES (2, 0, 'flash wait states', '5', 'RM0432, 3.3', 'datasheet')");
    std::vector<RunSummary> runs = TraceStore(path, Access::read).list();
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].run.id, "2");
    EXPECT_EQ(runs[0].run.target, "keywords.tflite");

    Profile profile = TraceStore(path, Access::read).read("2");
    EXPECT_EQ(profile.total.cycles, 30u);
    EXPECT_EQ(profile.layers.at(0).name, "layer_000_conv_2d");
    EXPECT_EQ(profile.functions.at(0).stack, 0u);
    EXPECT_EQ(profile.instructions.at(0).text, "nop");
    EXPECT_EQ(profile.instructions.at(0).inlined, "");
    EXPECT_TRUE(profile.contexts.empty() && profile.calls.empty());
    ASSERT_EQ(profile.sources.size(), 1u);
    EXPECT_EQ(profile.sources[0], (Source {"flash wait states", "5", "RM0432, 3.3", "datasheet"}));
    EXPECT_TRUE(profile.run.outcome.registers.empty());
    EXPECT_EQ(TraceStore(path).find_damage(), std::vector<std::string> {});

    // Run 7 was removed: its id is not used again. What is not ours stays.
    EXPECT_EQ(TraceStore(path).add(sample_profile()), "8");
    EXPECT_EQ(TraceStore(path).read("8"), with_id(sample_profile(), "8"));
    SQLite::Database database(path.string());
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM slow").getInt(), 4);
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM notes").getInt(), 0);
    EXPECT_EQ(database
                  .execAndGet("SELECT count(*) FROM sqlite_schema WHERE name LIKE "
                              "'mcuprof_old_%' OR sql LIKE '%mcuprof_old_%'")
                  .getInt(),
        0);
}

TEST_F(TraceStoreTest, LeavesAnOldStoreThatItCannotUpgradeAsItWas)
{
    meddle(base::read_text(SOURCE_DIR "/tests/unit/traces/schema_1.sql"));
    meddle(base::read_text(SOURCE_DIR "/tests/unit/traces/runs_1.sql"));
    meddle("DROP TABLE traffic; CREATE TABLE traffic (run_id TEXT); "
           "INSERT INTO traffic VALUES ('x')");
    EXPECT_NE(refusal_to_open(), "no refusal");
    EXPECT_NE(refusal_to_open(Access::read).find("needs write access"), std::string::npos);
    SQLite::Database database(path.string());
    EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), 1);
    EXPECT_EQ(database.execAndGet("SELECT target FROM run").getString(), "keywords.tflite");
}

TEST_F(TraceStoreTest, RefusesTablesThatAreNotOurs)
{
    TraceStore(path).add(sample_profile());
    meddle("DROP VIEW layer_share");
    EXPECT_EQ(refusal_to_open(), "schema version 3 has 'layer_share', this file does not");
    meddle("CREATE VIEW layer_share AS SELECT 1");
    EXPECT_EQ(refusal_to_open(), "'layer_share' is not declared as in schema version 3");
}

TEST_F(TraceStoreTest, LetsUsersAddTheirOwnViews)
{
    TraceStore(path).add(sample_profile());
    meddle("CREATE VIEW slow AS SELECT * FROM layer_share WHERE percent > 10");
    EXPECT_EQ(TraceStore(path).read("1"), with_id(sample_profile(), "1"));
}

TEST_F(TraceStoreTest, DoesNotRunTheTriggersOfAFile)
{
    TraceStore(path).add(sample_profile());
    meddle("CREATE TRIGGER trap AFTER INSERT ON run BEGIN DELETE FROM layer; END");
    TraceStore(path).add(sample_profile());
    EXPECT_EQ(TraceStore(path).read("1"), with_id(sample_profile(), "1"));
}

TEST_F(TraceStoreTest, RefusesFiguresThatCannotBe)
{
    struct Case {
        const char* sql;
        const char* complaint;
    };
    const Case cases[] = {
        {"UPDATE layer SET cycles = -1 WHERE position = 0",
            "is damaged: column cycles holds no number from 0 to 9223372036854775807"},
        {"UPDATE layer SET cycles = cycles + 1 WHERE position = 0",
            "is damaged: cycles of the layers: the parts sum to 2163901, the whole is 2163900"},
        {"UPDATE function SET address = 4294967296",
            "is damaged: column address holds no number from 0 to 4294967295"},
        {"UPDATE call SET parent = 3 WHERE position = 3",
            "is damaged: call 3: its caller is row 3"},
        {"UPDATE call SET context = 2 WHERE position = 1",
            "is damaged: call 1: its context is row 2 of 2"},
        {"UPDATE context SET deepest_call = 5 WHERE position = 0",
            "is damaged: context reset: its deepest call is row 5 of 5"},
        {"UPDATE call SET self_cycles = 0 WHERE position = 4",
            "is damaged: self cycles of the calls: the parts sum to 2162900, the whole is 2163900"},
        {"UPDATE run SET outcome_registers = '[4294967296]'",
            "is damaged: column outcome_registers holds no list of numbers"},
        {"UPDATE run SET fits = 2", "is damaged: column fits holds no number from 0 to 1"},
        {"UPDATE run SET exit_code = 3000000000",
            "is damaged: column exit_code holds no number from -2147483648 to 2147483647"},
        {"UPDATE run SET energy_low = 1.0", "is damaged: column energy is half known"},
        {"UPDATE run SET cycles_error_low = 9e999",
            "is damaged: column cycles_error_low holds no number"},
        {"UPDATE output SET shape = '[1,'", "is damaged: column shape holds no list of numbers"},
        {"UPDATE output SET shape = ''", "is damaged: column shape holds no list of numbers"},
        {"UPDATE output SET shape = '[1,,2]'", "is damaged: column shape holds no list of numbers"},
        {"UPDATE output SET shape = '[1x]'", "is damaged: column shape holds no list of numbers"},
        {"UPDATE output SET shape = '[99999999999]'",
            "is damaged: column shape holds no list of numbers"},
        {"PRAGMA foreign_keys = OFF; DELETE FROM string", "is damaged: column name holds no text"},
        {"PRAGMA foreign_keys = OFF; INSERT INTO layer_cost VALUES (1, 99, 1, 1)",
            "is damaged: table layer_cost has a cost for a row that is not there"},
    };
    for (const Case& one : cases) {
        std::filesystem::remove(path);
        TraceStore(path).add(sample_profile());
        meddle(one.sql);
        EXPECT_EQ(refusal([&] { TraceStore(path).read("1"); }), one.complaint) << one.sql;
    }
}

// Whatever bytes change, the answer is the right profile or a refusal: never a crash, never an
// endless read.
TEST_F(TraceStoreTest, EndsWithEveryDamagedFile)
{
    TraceStore(path).add(sample_profile());
    const std::string whole = base::read_text(path);
    int refused = 0, unharmed = 0;
    for (std::size_t i = 0; i < 300; ++i) {
        std::string damaged = whole;
        if (i % 3 == 0)
            damaged.resize(whole.size() * i / 300);
        else
            for (std::size_t k = 0; k < 1 + i % 7; ++k)
                damaged[(i * 7919 + k * 104729) % (i % 2 ? whole.size() : 4096)]
                    ^= static_cast<char>(1 + i % 255);
        base::write_file(path, damaged);
        try {
            TraceStore store(path, Access::read);
            store.list();
            store.read("1");
            store.find_damage();
            ++unharmed; // the change hit unused bytes, or a text
        } catch (const base::InputError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 50);
    EXPECT_EQ(refused + unharmed, 300);
}

TEST_F(TraceStoreTest, SaysWhyItCannotOpen)
{
    EXPECT_EQ(refusal_to_open(Access::read), "no such run store; mcuprof profile makes one");
    path = folder / "missing" / "runs.db";
    EXPECT_EQ(refusal_to_open(),
        "cannot be opened: no such folder, not a file, no permission, or read-only");
    path = folder.path();
    EXPECT_EQ(refusal_to_open(),
        "cannot be opened: no such folder, not a file, no permission, or read-only");
}

TEST_F(TraceStoreTest, DoesNotWriteWithReadAccess)
{
    TraceStore(path).add(sample_profile());
    TraceStore store(path, Access::read);
    std::string complaint = "cannot be written: the file, its folder or this access are read-only";
    EXPECT_EQ(refusal([&] { store.add(sample_profile()); }), complaint);
    EXPECT_EQ(refusal([&] { store.remove("1"); }), complaint);
    EXPECT_EQ(store.list().size(), 1u);
}

TEST_F(TraceStoreTest, ReadsFromAReadOnlyFolder)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "nothing is read-only for root";
    TraceStore(path).add(sample_profile());
    ::chmod(folder.path().c_str(), 0555);
    EXPECT_EQ(TraceStore(path, Access::read).read("1"), with_id(sample_profile(), "1"));
    EXPECT_NE(refusal([&] { TraceStore(path).add(sample_profile()); }), "no refusal");
    ::chmod(folder.path().c_str(), 0755);
}

TEST_F(TraceStoreTest, KeepsNothingOfARunThatDidNotFit)
{
    TraceStore(path).add(sample_profile());
    Profile large = sample_profile();
    large.console = std::string(100'000'000, 'x');
    large.outputs[0].bytes
        = std::vector<std::uint8_t>(300'000'000, 1); // more than one value may have
    EXPECT_EQ(
        refusal([&] { TraceStore(path).add(large); }), "cannot be used: string or blob too big");
    EXPECT_EQ(TraceStore(path).list().size(), 1u);
    EXPECT_EQ(TraceStore(path).add(sample_profile()), "2");
    EXPECT_LT(std::filesystem::file_size(path), 10'000'000u);
}

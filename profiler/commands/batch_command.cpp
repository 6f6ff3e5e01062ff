// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/batch/batch_progress.h"
#include "profiler/batch/job.h"
#include "profiler/batch/worker_pool.h"
#include "profiler/commands/commands.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/firmware/toolchain.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sched.h>

namespace profiler {
namespace {

struct Options {
    std::string plan, store = default_store(), shard = "1/1";
    std::size_t workers = 0; // 0: one a core
    bool resume = false, dry_run = false;
};

std::size_t cores_of_this_process()
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? static_cast<std::size_t>(CPU_COUNT(&cores)) : 1;
}

std::string or_usual(const std::string& text) { return text.empty() ? "default" : text; }

std::vector<std::string> cells(const batch::Job& job)
{
    return {job.target, job.chip, job.model ? fmt::format("{:g} MHz", static_cast<double>(job.model->clock.count()) / 1e6) : job.clock,
        job.is_elf ? "" : or_usual(job.kernels), job.is_elf ? "" : or_usual(job.planner), job.is_elf ? "" : or_usual(job.placement)};
}

std::size_t count_jobs(const std::vector<batch::Group>& groups)
{
    std::size_t jobs = 0;
    for (const batch::Group& group : groups)
        jobs += group.size();
    return jobs;
}

std::string plural(std::size_t count, std::string_view what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

/// Jobs in the order of the plan, what is skipped and why, and the counts.
std::string list_of(const batch::Expansion& expansion, const std::vector<batch::Group>& groups, const Options& options)
{
    std::vector<std::size_t> jobs;
    for (const batch::Group& group : groups)
        jobs.insert(jobs.end(), group.begin(), group.end());
    std::ranges::sort(jobs);
    base::TextTable table({{"#"}, {"target", base::Align::left}, {"chip", base::Align::left}, {"clock"}, {"kernels", base::Align::left},
        {"planner", base::Align::left}, {"placement", base::Align::left}});
    for (std::size_t job : jobs) {
        std::vector<std::string> row {std::to_string(job + 1)};
        for (std::string& cell : cells(expansion.jobs[job]))
            row.push_back(std::move(cell));
        table.add_row(std::move(row));
    }
    std::string text = table.text();
    if (!expansion.skipped.empty()) {
        text += "\nskipped\n";
        for (const batch::SkippedJob& skipped : expansion.skipped)
            text += fmt::format("  {}: {}\n", skipped.job.text(), skipped.reason);
    }
    text += fmt::format("\n{}{} in {}, {} skipped, {} excluded\n",
        options.shard == "1/1" ? "" : fmt::format("shard {} of {}: ", options.shard, plural(expansion.jobs.size(), "job")), plural(jobs.size(), "job"),
        plural(groups.size(), "group"), expansion.skipped.size(), expansion.excluded);
    return text;
}

/// Takes away what the store has done already; how many that were.
std::size_t leave_out_done(std::vector<batch::Group>& groups, const batch::Expansion& expansion, const Options& options)
{
    std::map<std::string, std::string> states;
    {
        traces::TraceStore store(options.store); // also says now if it cannot be written
        for (const traces::Job& job : store.jobs())
            states.emplace(job.key, job.state);
    }
    std::size_t known = 0, done = 0, all = count_jobs(groups);
    for (batch::Group& group : groups)
        std::erase_if(group, [&](std::size_t job) {
            auto state = states.find(expansion.jobs[job].key);
            known += state != states.end();
            bool is_done = state != states.end() && state->second == "done";
            done += is_done;
            return is_done;
        });
    std::erase_if(groups, [](const batch::Group& group) { return group.empty(); });
    if (known > 0 && !options.resume)
        throw base::InputError(options.store,
            fmt::format("holds {} of these {} already, {} of them done; --resume runs the rest", plural(known, "job"), all, done));
    return done;
}

void run(const Options& options, Console& console)
{
    batch::BatchPlan plan = batch::read_plan(options.plan);
    batch::Expansion expansion = batch::expand(plan);
    std::vector<batch::Group> groups = batch::part_of(batch::group(expansion.jobs), batch::parse_shard(options.shard));
    if (options.dry_run) {
        console.print(list_of(expansion, groups, options));
        return;
    }
    std::size_t all = count_jobs(groups);
    std::size_t done_before = leave_out_done(groups, expansion, options);
    if (std::ranges::any_of(groups, [&](const batch::Group& group) { return !expansion.jobs[group.front()].is_elf; }))
        firmware::Toolchain(); // a missing compiler would fail every job

    std::size_t workers = options.workers ? options.workers : cores_of_this_process();
    batch::BatchProgress progress(console.progress(), count_jobs(groups), workers);
    batch::Work work {expansion.jobs, options.store, plan.limits, plan.keeps_instructions};
    batch::BatchResult result = batch::run_groups(
        groups, work, workers, [&](const batch::Report& report) { progress.job_ended(expansion.jobs[report.job], report); });
    progress.finish(result);

    std::size_t done = done_before, failed = 0, bad_ends = 0;
    for (const auto& report : result.reports) {
        if (!report)
            continue;
        if (report->kind == batch::Report::Kind::failed) {
            ++failed;
            fmt::print(stderr, "{}\n", report->reason);
        } else {
            ++done;
            bad_ends += !report->ended_well;
            if (!report->ended_well)
                fmt::print(stderr, "{}: the firmware failed (mcuprof show {})\n", expansion.jobs[report->job].text(), report->run);
        }
    }
    if (!console.quiet)
        console.print(fmt::format("{}: {} of {} done, {} failed, {} skipped, {} excluded; runs are in {}\n", options.plan, done,
            plural(all, "job"), failed, expansion.skipped.size(), expansion.excluded, options.store));
    if (result.stopped_by)
        throw base::InputError(*result.stopped_by, "the batch stopped here; --resume goes on");
    if (result.interrupted_by) {
        fmt::print(stderr, "interrupted; what is done is stored, --resume goes on\n");
        console.exit_code = 128 + result.interrupted_by;
    } else if (failed > 0) {
        console.exit_code = exit_input_error;
    } else if (bad_ends > 0) {
        console.exit_code = exit_firmware_failed;
    }
}

} // namespace

void add_batch_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("batch", "Run all combinations of a plan: targets, chips, clocks, kernels, placements");
    command->add_option("plan", options->plan, "a TOML file: docs/batch.md, and below")->required()->type_name("PLAN.toml");
    command->add_option("--store", options->store, "the store that runs and failures are added to")->type_name("FILE")->capture_default_str();
    command->add_option("--jobs", options->workers, "worker processes; one a core otherwise")->type_name("N")->check(CLI::Range(1, 1024));
    command->add_option("--shard", options->shard, "run only this part of the jobs: 3/16 is the third of sixteen")->type_name("I/N");
    command->add_flag("--resume", options->resume, "go on where an earlier batch ended, however it ended; failed jobs are tried again");
    command->add_flag("--dry-run", options->dry_run, "print jobs, what is skipped and why, and counts; run nothing");
    command->footer(
        "A plan:\n"
        "  targets = [\"mobilenet-v1-0.25-96:2\", \"models/*.tflite\"]   # names, files, patterns; from the plan's folder\n"
        "  chips = [\"stm32l4r5\", \"nrf*\"]\n"
        "  kernels = [\"reference\", \"dsp\"]        # these and what follows may be left out\n"
        "  clocks = [\"default\", \"80 MHz\", \"max\"]\n"
        "  placements = [\"default\", \"weights=dtcm\"]\n"
        "  detail = \"instructions\"                # keep a row an instruction too: views by line and instruction\n"
        "  [[network]]                            # a family with ranges, beside `targets`\n"
        "  family = \"mobilenet-v1\"\n"
        "  width = [0.25, 0.5]\n"
        "  resolution = { from = 96, to = 160, step = 32 }\n"
        "  classes = 10\n"
        "  [[exclude]]                            # what matches all of a rule is left out\n"
        "  target = \"mobilenet-v1-0.5-*\"\n"
        "  chip = \"rp2040\"\n"
        "  [limits]\n"
        "  seconds = 600                          # of a process, which runs up to 16 jobs together\n"
        "  memory = \"4096 MiB\"\n"
        "  retries = 1\n"
        "Examples:\n"
        "  mcuprof batch plan.toml --dry-run\n"
        "  mcuprof batch plan.toml --store night.db\n"
        "  mcuprof batch plan.toml --store night.db --resume\n"
        "  mcuprof batch plan.toml --store part3.db --shard 3/16      then: mcuprof merge part*.db -o all.db\n"
        "A job that fails is a row of the store's table `job` and a line on stderr; the others go on. Exit codes: 0 all done, 2 some jobs\n"
        "failed or the input is wrong, 3 a firmware failed, 130 interrupted.");
    command->callback([options, &console] { run(*options, console); });
}

} // namespace profiler

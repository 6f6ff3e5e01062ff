// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/batch/worker.h"

#include "base/check.h"
#include "base/input_error.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/profile_target.h"
#include "profiler/version.h"
#include "traces/trace_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <unistd.h>

namespace batch {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::array kind_names = {"done", "failed", "cannot_go_on", "time"};

/// Charges time to what is being done.
class Stopwatch {
public:
    explicit Stopwatch(WorkTime& time)
        : time_(time)
    {
    }
    ~Stopwatch() { charge(nullptr); }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

    void charge(double WorkTime::*next)
    {
        auto now = Clock::now();
        if (current_)
            time_.*current_ += std::chrono::duration<double>(now - since_).count();
        since_ = now;
        current_ = next;
    }

    /// By what the profiler says it does.
    void stage(std::string_view name)
    {
        charge(name.starts_with("building") ? &WorkTime::compiling
                : name.starts_with("running") ? &WorkTime::emulating
                                              : &WorkTime::loading);
    }

private:
    WorkTime& time_;
    double WorkTime::*current_ = &WorkTime::loading;
    Clock::time_point since_ = Clock::now();
};

/// A full disk is nobody's result: whoever runs the batch makes room, and the job is run again.
bool is_about_a_full_disk(const base::InputError& error)
{
    std::string_view text = error.what();
    return text.find(std::strerror(ENOSPC)) != text.npos || text.find("disk is full") != text.npos
        || text.find(std::strerror(EFBIG)) != text.npos || text.find(std::strerror(EDQUOT)) != text.npos;
}

/// The machine could not have the chip's memory: fewer jobs at once may do.
bool is_about_memory(const base::InputError& error)
{
    return std::string_view(error.what()).starts_with("memory: the host cannot give");
}

/// Something that no other job would fare better with.
struct CannotGoOn {
    std::string reason;
};

class Worker {
public:
    Worker(const Group& group, std::uint64_t attempt, const Work& work, int reports)
        : group_(group)
        , attempt_(attempt)
        , work_(work)
        , reports_(reports)
    {
    }

    void run()
    {
        WorkTime time;
        {
            Stopwatch watch(time);
            std::vector<profiler::ChipOutcome> outcomes = profile(watch);
            watch.charge(&WorkTime::storing);
            store(outcomes);
        }
        Report report {.kind = Report::Kind::time};
        report.time = time;
        send(report);
    }

    void send(const Report& report) const
    {
        std::string line = report.line() + "\n";
        // Nobody is left to tell if this fails.
        [[maybe_unused]] ssize_t written = ::write(reports_, line.data(), line.size());
    }

private:
    std::vector<profiler::ChipOutcome> profile(Stopwatch& watch) const
    {
        const Job& first = work_.jobs[group_.front()];
        try {
            profiler::Progress progress(profiler::Progress::Form::none, [&](std::string_view stage) { watch.stage(stage); });
            profiler::Target target = profiler::load_target(first.file);
            std::vector<mcu::ChipModel> chips;
            for (std::size_t job : group_)
                chips.push_back(*work_.jobs[job].model);
            profiler::Request request;
            request.kernels = first.kernels;
            if (!first.planner.empty())
                request.planner = plan::planner_options(first.planner);
            request.instruction_limit = work_.limits.instructions;
            return profiler::profile_on_chips(target, chips, request, progress);
        } catch (const base::InputError& error) {
            return std::vector<profiler::ChipOutcome>(group_.size(), std::unexpected(error));
        }
    }

    void store(std::vector<profiler::ChipOutcome>& outcomes) const
    {
        for (const profiler::ChipOutcome& outcome : outcomes) {
            if (!outcome && is_about_a_full_disk(outcome.error()))
                throw CannotGoOn {outcome.error().what()};
            if (!outcome && is_about_memory(outcome.error()))
                throw std::bad_alloc();
        }
        try {
            traces::TraceStore store(work_.store);
            for (std::size_t i = 0; i < group_.size(); ++i)
                keep(store, group_[i], outcomes[i]);
        } catch (const base::InputError& error) {
            throw CannotGoOn {error.what()};
        }
    }

    void keep(traces::TraceStore& store, std::size_t job, profiler::ChipOutcome& outcome) const
    {
        traces::Job row = row_of(work_.jobs[job], attempt_);
        Report report;
        report.job = job;
        if (outcome) {
            const traces::RunInfo& run = outcome->profile.run;
            if (!work_.keeps_instructions)
                outcome->profile.instructions.clear();
            report.run = store.add(outcome->profile, row);
            report.ended_well = run.outcome.reason == "exited" && run.outcome.exit_code == 0;
        } else {
            row.failure = report.failure = "refused";
            row.reason = report.reason = outcome.error().what();
            store.add_failure(row);
            report.kind = Report::Kind::failed;
        }
        send(report);
    }

    const Group& group_;
    std::uint64_t attempt_;
    const Work& work_;
    int reports_;
};

} // namespace

WorkTime& WorkTime::operator+=(const WorkTime& other)
{
    loading += other.loading;
    compiling += other.compiling;
    emulating += other.emulating;
    storing += other.storing;
    return *this;
}

std::string Report::line() const
{
    return nlohmann::ordered_json {
        {"kind", kind_names[static_cast<std::size_t>(kind)]},
        {"job", job},
        {"run", run},
        {"ended_well", ended_well},
        {"failure", failure},
        {"reason", reason},
        {"time", {time.loading, time.compiling, time.emulating, time.storing}},
    }.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Report Report::parse(const std::string& line)
{
    nlohmann::json json = nlohmann::json::parse(line); // ours: anything else is a bug
    Report report;
    auto name = std::ranges::find(kind_names, json.at("kind").get<std::string>());
    CHECK(name != kind_names.end());
    report.kind = static_cast<Kind>(name - kind_names.begin());
    report.job = json.at("job");
    report.run = json.at("run");
    report.ended_well = json.at("ended_well");
    report.failure = json.at("failure");
    report.reason = json.at("reason");
    const nlohmann::json& time = json.at("time");
    report.time = {time.at(0), time.at(1), time.at(2), time.at(3)};
    return report;
}

traces::Job row_of(const Job& job, std::uint64_t attempt)
{
    traces::Job row;
    row.key = job.key;
    row.target = job.target;
    row.chip = job.chip;
    row.clock_hz = job.model->clock.count();
    row.kernels = job.kernels;
    row.planner = job.planner;
    row.placement = job.placement;
    row.tool_version = profiler::version;
    row.attempts = attempt;
    return row;
}

int work_on(const Group& group, std::uint64_t attempt, const Work& work, int reports)
{
    Worker worker(group, attempt, work, reports);
    Report trouble {.kind = Report::Kind::cannot_go_on};
    try {
        worker.run();
        return 0;
    } catch (const CannotGoOn& error) {
        trouble.reason = error.reason;
    } catch (const firmware::Interrupted& interrupted) {
        return 128 + interrupted.signal_number;
    } catch (const std::bad_alloc&) {
        return exit_out_of_memory;
    } catch (const std::exception& error) {
        trouble.reason = error.what();
    }
    worker.send(trouble);
    return 2;
}

} // namespace batch

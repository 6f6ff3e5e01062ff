// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/batch/batch_progress.h"

#include "base/text_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace batch {
namespace {

using Form = profiler::Progress::Form;
using Json = nlohmann::ordered_json;

std::string time_text(double seconds)
{
    auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole < 100)
        return fmt::format("{} s", whole);
    if (whole < 6000)
        return fmt::format("{} min", (whole + 30) / 60);
    return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

void print_line(const Json& json)
{
    fmt::print(stderr, "{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
    std::fflush(stderr);
}

} // namespace

BatchProgress::BatchProgress(Form form, std::size_t total, std::size_t workers)
    : form_(form)
    , total_(total)
    , workers_(workers)
{
    show();
}

BatchProgress::~BatchProgress() { clear(); }

double BatchProgress::jobs_a_minute() const
{
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    return seconds > 0 ? 60.0 * static_cast<double>(ended_) / seconds : 0;
}

void BatchProgress::show()
{
    if (form_ == Form::none)
        return;
    double rate = jobs_a_minute();
    double left = rate > 0 ? 60.0 * static_cast<double>(total_ - ended_) / rate : 0;
    if (form_ == Form::json) {
        print_line({{"stage", "batch"}, {"done", ended_}, {"total", total_}, {"item", "jobs"}, {"failed", failed_},
            {"jobs_per_minute", std::round(rate * 10) / 10}, {"seconds_left", ended_ ? Json(std::round(left)) : Json()}});
        return;
    }
    double share = total_ ? static_cast<double>(ended_) / static_cast<double>(total_) : 1;
    std::string bar = base::bar(share, 24);
    std::string text = fmt::format("▕{}{}▏ {} of {} jobs", bar, std::string(24 - base::display_width(bar), ' '), ended_, total_);
    if (failed_)
        text += fmt::format(", {} failed", failed_);
    if (ended_)
        text += fmt::format(", {:.0f} a minute, {} left", rate, time_text(left));
    fmt::print(stderr, "\r\033[K{}", base::shortened(text, 100));
    std::fflush(stderr);
    shown_ = true;
}

void BatchProgress::clear()
{
    if (shown_)
        fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    shown_ = false;
}

void BatchProgress::job_ended(const Job& job, const Report& report)
{
    ++ended_;
    bool failed = report.kind == Report::Kind::failed;
    failed_ += failed;
    if (form_ == Form::json) {
        Json line {{"job", job.text()}, {"key", job.key}, {"state", failed ? "failed" : "done"}};
        if (failed) {
            line["failure"] = report.failure;
            line["reason"] = report.reason;
        } else {
            line["run"] = report.run;
        }
        print_line(line);
    }
    show();
}

void BatchProgress::finish(const BatchResult& result)
{
    clear();
    if (form_ == Form::none || ended_ == 0)
        return;
    const WorkTime& time = result.time;
    double busy = std::max(time.total(), 1e-9);
    if (form_ == Form::json) {
        print_line({{"stage", "finished"}, {"seconds", result.seconds}, {"jobs", ended_}, {"failed", failed_}, {"workers", workers_},
            {"loading_s", time.loading}, {"compiling_s", time.compiling}, {"emulating_s", time.emulating}, {"storing_s", time.storing},
            {"largest_worker_bytes", result.largest_worker}});
        return;
    }
    fmt::print(stderr, "{} jobs in {}, {:.0f} a minute, {} worker{}: loading {:.0f} %, compiling {:.0f} %, emulating {:.0f} %, storing {:.0f} %; "
                       "at most {} a worker\n",
        ended_, time_text(result.seconds), 60.0 * static_cast<double>(ended_) / std::max(result.seconds, 1e-3), workers_, workers_ == 1 ? "" : "s",
        100 * time.loading / busy, 100 * time.compiling / busy, 100 * time.emulating / busy, 100 * time.storing / busy,
        base::scaled_bytes(result.largest_worker));
}

} // namespace batch

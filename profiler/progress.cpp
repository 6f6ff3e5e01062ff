// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/progress.h"

#include "base/text_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <utility>
#include <unistd.h>

namespace profiler {

Progress::Progress(Form form, std::function<void(std::string_view)> observer)
    : form_(form)
    , observer_(std::move(observer))
{
}

Progress::~Progress() { clear(); }

Progress::Form Progress::automatic() { return ::isatty(STDERR_FILENO) ? Form::line : Form::none; }

void Progress::show(const std::string& text)
{
    fmt::print(stderr, "\r\033[K{}", base::shortened(text, 100));
    std::fflush(stderr);
    shown_ = true;
}

void Progress::stage(std::string_view what)
{
    if (observer_)
        observer_(what);
    stage_ = what;
    latest_ = {};
    if (form_ == Form::line)
        show(stage_ + " ...");
    else if (form_ == Form::json)
        fmt::print(stderr, "{}\n", nlohmann::ordered_json {{"stage", stage_}}.dump());
}

void Progress::step(std::uint64_t done, std::uint64_t total, std::string_view what)
{
    auto now = std::chrono::steady_clock::now();
    if (form_ == Form::none || (done < total && now - latest_ < std::chrono::milliseconds(50)))
        return;
    latest_ = now;
    double share = total ? static_cast<double>(done) / static_cast<double>(total) : 0;
    if (form_ == Form::line) {
        std::string bar = base::bar(share, 24);
        show(fmt::format("{} ▕{}{}▏ {} of {} {}", stage_, bar, std::string(24 - base::display_width(bar), ' '), done, total, what));
    } else {
        fmt::print(stderr, "{}\n", nlohmann::ordered_json {{"stage", stage_}, {"done", done}, {"total", total}, {"item", what}}.dump());
    }
}

void Progress::clear()
{
    if (shown_)
        fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    shown_ = false;
}

} // namespace profiler

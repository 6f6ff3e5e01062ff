// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace profiler {

/// Tells on stderr how far long work is: a line that rewrites itself on a terminal, JSON lines for programs, or nothing.
/// Never part of a result.
class Progress {
public:
    enum class Form : std::uint8_t { none, line, json };
    /// `observer` is told of each stage, whatever the form.
    explicit Progress(Form form, std::function<void(std::string_view stage)> observer = {});
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// The form for `--progress auto`: a line if stderr is a terminal.
    static Form automatic();

    void stage(std::string_view what);
    void step(std::uint64_t done, std::uint64_t total, std::string_view what);
    /// Takes the line away, before something else is printed.
    void clear();

private:
    void show(const std::string& text);

    Form form_;
    std::function<void(std::string_view)> observer_;
    bool shown_ = false;
    std::string stage_;
    std::chrono::steady_clock::time_point latest_ {};
};

} // namespace profiler

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/planner.h"
#include "profiler/progress.h"
#include "profiler/report/text_report.h"
#include "traces/profile.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

/// The commands of mcuprof, one function and one file each: it declares the options and what to do
/// with them.
namespace profiler {

/// Exit codes, stable.
inline constexpr int exit_success = 0, exit_over_budget = 1, exit_input_error = 2,
                     exit_firmware_failed = 3;

/// What commands share: how to print, where runs are kept, what the process will end with.
struct Console {
    int exit_code = exit_success;
    std::string progress_form = "auto";
    bool quiet = false;

    /// Of stdout: the terminal's width and color; without one the width of $COLUMNS, or 120, and no
    /// color.
    report::TextStyle style() const;
    bool is_terminal() const;
    Progress::Form progress() const;
    /// To stdout. InputError if it cannot be written (a full disk).
    void print(std::string_view text) const;
};

/// Where runs are kept unless --store says otherwise: $MCUPROF_STORE, else runs.db in the current
/// folder.
std::string default_store();

bool ended_well(const traces::RunInfo& run);

/// How people call chip and core of a run, if the chip is one that comes with mcuprof.
report::Titles titles_of(const traces::RunInfo& run);

/// --kernels, which several commands take.
void add_kernels_option(CLI::App& command, std::string& kernels);

/// --planner, --patch and --planner-nodes, for commands that plan a network.
void add_planner_options(CLI::App& command, plan::PlannerOptions& planner);

/// --place, for commands that build a network's firmware (mcu_models/placement_request.h).
void add_place_option(CLI::App& command, std::string& place);

/// "120 MHz", "120000000", "64M" as hertz. InputError.
std::uint64_t parse_clock(const std::string& text);

void add_profile_command(CLI::App& app, Console& console);
void add_build_command(CLI::App& app, Console& console);
void add_fit_command(CLI::App& app, Console& console);
void add_compare_command(CLI::App& app, Console& console);
void add_diff_command(CLI::App& app, Console& console);
void add_check_command(CLI::App& app, Console& console);
void add_sql_command(CLI::App& app, Console& console);
void add_calibrate_command(CLI::App& app, Console& console);
void add_energy_command(CLI::App& app, Console& console);
void add_export_command(CLI::App& app, Console& console);
void add_batch_command(CLI::App& app, Console& console);
void add_merge_command(CLI::App& app, Console& console);
void add_runs_command(CLI::App& app, Console& console);
void add_show_command(CLI::App& app, Console& console);
void add_report_command(CLI::App& app, Console& console);
void add_chips_command(CLI::App& app, Console& console);
void add_networks_command(CLI::App& app, Console& console);
void add_kernels_command(CLI::App& app, Console& console);

} // namespace profiler

// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "mcu_models/chip_model.h"
#include "profiler/clock_text.h"
#include "profiler/commands/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace profiler {
namespace {

/// $COLUMNS, if it is a width.
std::optional<std::size_t> columns_asked_for()
{
    constexpr std::size_t least = 40, most = 1000;
    const char* text = std::getenv("COLUMNS");
    std::size_t columns = text ? std::strtoul(text, nullptr, 10) : 0;
    return columns < least || columns > most ? std::nullopt : std::optional(columns);
}

} // namespace

bool Console::is_terminal() const { return ::isatty(STDOUT_FILENO); }

report::TextStyle Console::style() const
{
    report::TextStyle style;
    if (!is_terminal()) {
        style.width = columns_asked_for().value_or(style.width);
        return style;
    }
    const char* no_color = std::getenv("NO_COLOR");
    style.color = !no_color || !*no_color;
    winsize size {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        style.width = size.ws_col;
    return style;
}

Progress::Form Console::progress() const
{
    if (quiet || progress_form == "none")
        return Progress::Form::none;
    return progress_form == "json" ? Progress::Form::json : Progress::automatic();
}

void Console::print(std::string_view text) const
{
    bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) != 0 || !whole)
        throw base::InputError(
            "standard output", std::string("cannot be written: ") + std::strerror(errno));
}

std::string default_store()
{
    const char* chosen = std::getenv("MCUPROF_STORE");
    return chosen && *chosen ? chosen : "runs.db";
}

bool ended_well(const traces::RunInfo& run)
{
    return run.outcome.reason == "exited" && run.outcome.exit_code == 0;
}

report::Titles titles_of(const traces::RunInfo& run)
{
    std::vector<std::string> known = mcu::chip_names();
    if (std::ranges::find(known, run.chip) == known.end())
        return {};
    mcu::ChipModel chip = mcu::load_chip(run.chip);
    return chip.core.name == run.core ? report::Titles {chip.title, chip.core.title}
                                      : report::Titles {};
}

void add_kernels_option(CLI::App& command, std::string& kernels)
{
    command
        .add_option("--kernels", kernels,
            "plain C (reference), for cores without SIMD instructions (small), the DSP extension's "
            "instructions, or functions made for each shape, the fastest by measurement; dsp where "
            "the core has it otherwise, small elsewhere")
        ->type_name("SET")
        ->check(CLI::IsMember({"reference", "small", "dsp", "specialized"}));
}

void add_planner_options(CLI::App& command, plan::PlannerOptions& planner)
{
    std::string text = "how tensors get their bytes of the arena:";
    for (const plan::PlannerInfo& info : plan::planner_infos)
        text += fmt::format("{} {} ({})", info.planner == plan::planner_infos.front().planner ? "" : ",", info.name, info.meaning);
    command
        .add_option_function<std::string>(
            "--planner", [&planner](const std::string& name) {
                planner.planner = plan::planner_named(name);
                planner.given = true;
            }, text)
        ->type_name("PLANNER")
        ->default_str(std::string(name_of(planner.planner)));
    command
        .add_option_function<std::string>(
            "--patch",
            [&planner](const std::string& grid) {
                if (planner.given && planner.planner != plan::Planner::patch)
                    throw base::InputError("--patch", fmt::format("is for the planner patch, found {}", name_of(planner.planner)));
                planner.patch = plan::parse_patch_grid(grid);
                planner.planner = plan::Planner::patch;
                planner.given = true;
            },
            "run the first LAYERS layers in ROWS x COLUMNS patches of the image, such as 4x4@8; "
            "implies --planner patch")
        ->type_name("ROWSxCOLUMNS@LAYERS");
    command
        .add_option("--planner-nodes", planner.node_limit,
            "how long the planner may search for a smaller arena: so many buffers put down, not "
            "seconds, so that the result is the same everywhere")
        ->type_name("N")
        ->capture_default_str();
}

void add_place_option(CLI::App& command, std::string& place)
{
    command
        .add_option("--place", place,
            "where parts go, PART=PLACE,...: code, weights, arena, stack, data; a memory of the "
            "chip or flash, sram, external")
        ->type_name("PLACES");
}

std::uint64_t parse_clock(const std::string& text) { return parse_clock(text, "--clock " + text); }

} // namespace profiler

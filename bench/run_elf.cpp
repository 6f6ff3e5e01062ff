// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bare_unicorn.h"

#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/model_files.h"
#include "profiler/record/recorder.h"
#include "sim/machine.h"

#include <fmt/format.h>

#include <cstring>
#include <deque>

// run_elf WAY FIRMWARE CHIP: runs a firmware to its end in one of the ways that side_by_side
// compares, one process a run, so that the processor time of the process is the time of the run.
// Prints "cycles instructions", 0 where nobody counts.
namespace {

struct Counts {
    std::uint64_t cycles = 0, instructions = 0;
};

record::Recorder::Window everything_in_main(const sim::ElfImage& image)
{
    record::Recorder::Window window;
    for (const sim::FunctionSymbol& function : image.functions()) {
        if (function.name.starts_with("layer_"))
            window.layer_functions.push_back(function.address);
        if (function.name == "__wrap_main")
            window.function = function.address;
    }
    return window;
}

Counts profile(const sim::ElfImage& image, const mcu::ChipModel& chip, const std::string& where,
    sim::RunTracer::Mode mode, int meters)
{
    sim::Machine machine(
        chip, image, where, {.mode = mode, .instruction_limit = ~std::uint64_t {0}});
    record::Recorder recorder(machine, everything_in_main(image));
    std::deque<sim::Meter> others;
    for (int i = 1; i < meters; ++i)
        machine.tracer().add_meter(others.emplace_back(chip));
    sim::RunResult result = machine.run();
    if (!result.good())
        throw base::InputError(where, result.message);
    record::Recording recording = recorder.finish();
    return {recording.total.cycles.total().count(),
        recording.total.instructions + recording.outside_window.instructions};
}

Counts bare(const sim::ElfImage& image, const mcu::ChipModel& chip, const std::string& where,
    bench::Hooks hooks)
{
    if (bench::run_bare(chip, image, hooks) != 0)
        throw base::InputError(where, "the firmware failed");
    return {};
}

Counts run(std::string_view way, const std::string& file, const std::string& chip_name)
{
    sim::ElfImage image(base::read_bytes(file), file);
    mcu::ChipModel chip = mcu::load_chip(chip_name);
    using Mode = sim::RunTracer::Mode;
    if (way == "profile")
        return profile(image, chip, file, Mode::blocks, 1);
    if (way == "profile-12")
        return profile(image, chip, file, Mode::blocks, 12);
    if (way == "exact")
        return profile(image, chip, file, Mode::exact, 1);
    if (way == "unicorn")
        return bare(image, chip, file, bench::Hooks::none);
    if (way == "unicorn-block-hook")
        return bare(image, chip, file, bench::Hooks::blocks);
    throw base::InputError("run_elf",
        fmt::format(
            "expected profile, profile-12, exact, unicorn or unicorn-block-hook, found '{}'", way));
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 4) {
        fmt::print(stderr, "usage: run_elf WAY FIRMWARE CHIP\n");
        return 2;
    }
    try {
        Counts counts = run(arguments[1], arguments[2], arguments[3]);
        fmt::print("{} {}\n", counts.cycles, counts.instructions);
        return 0;
    } catch (const base::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}

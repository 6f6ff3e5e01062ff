// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/measured_process.h"
#include "bench/repeated_firmware.h"

#include "base/input_error.h"
#include "base/text_table.h"
#include "mcu_models/chip_reader.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"
#include "profiler/target.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

// side_by_side: the same firmware profiled, on the bare emulator, and on qemu-system-arm, in turns;
// prints times and ratios. A measurement, not a test: it has no opinion. docs/performance.md says
// how to read it.
namespace {

struct Case {
    std::string title, target, kernels; // target: a file of the models' folder, or a network's name
    int repetitions = 1;                // some seconds of emulation
    bool branchy = false;               // it is branchy.c that is repeated, not the network
};
const std::vector<Case> cases {
    {"DS-CNN", "mlperf_kws_dscnn_int8.tflite", "dsp", 60},
    {"ResNet-8", "mlperf_ic_resnet8_int8.tflite", "dsp", 20},
    {"MobileNetV1 0.25 96", "mlperf_vww_mobilenetv1_025_96_int8.tflite", "dsp", 20},
    {"DS-CNN", "mlperf_kws_dscnn_int8.tflite", "reference", 20},
    {"ResNet-8", "mlperf_ic_resnet8_int8.tflite", "reference", 6},
    {"MCUNet-in3", "mcunet-in3", "dsp", 3},
    {"branchy.c", "tflm_hello_world_int8.tflite", "dsp", 2500, true},
};

constexpr double silicon_hz = 120e6, fast_silicon_hz = 216e6;
constexpr const char* ideal_chip = "generic-m4"; // qemu's mps2-an386 has this memory map
constexpr const char* real_chip = "stm32l4r5";   // at 120 MHz
constexpr const char* fast_chip = "stm32f746";   // at 216 MHz, with caches

struct Options {
    std::filesystem::path models = SHARED_DIR "/models";
    std::string only;
    std::filesystem::path keep; // where the firmware stays, for other tools; empty: nowhere
    int turns = 5;
    double share = 1;
};

/// The ways of running one firmware, in the order of their turns.
struct Way {
    std::string name;
    std::vector<std::string> command;
};

struct Counts {
    double cycles = 0, instructions = 0;
};

/// What all turns of all ways of one case gave.
struct Measurements {
    std::map<std::string, std::vector<double>> seconds;
    std::map<std::string, Counts> counts;

    double median(const std::string& way) const
    {
        auto found = seconds.find(way);
        if (found == seconds.end() || found->second.empty())
            return 0;
        std::vector<double> sorted = found->second;
        std::ranges::sort(sorted);
        std::size_t middle = sorted.size() / 2;
        return sorted.size() % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
};

/// "cycles instructions" of run_elf, or the line "instructions N" of the plugin.
Counts counts_in(const std::string& output)
{
    Counts counts;
    std::istringstream text(output);
    if (std::size_t at = output.find("instructions "); at != output.npos) {
        text.str(output.substr(at + std::string_view("instructions ").size()));
        text >> counts.instructions;
    } else {
        text >> counts.cycles >> counts.instructions;
    }
    return counts;
}

std::vector<std::string> qemu_command(const std::string& qemu, const std::filesystem::path& elf)
{
    return {qemu, "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "none",
        "-semihosting-config", "enable=on,target=native", "-kernel", elf.string()};
}

/// Firmware for each chip; empty where it does not fit.
struct Firmwares {
    std::filesystem::path ideal, real, fast, single;
};

std::vector<Way> ways_of(const std::filesystem::path& programs, const Firmwares& firmwares)
{
    auto run_elf = [&](const char* name, const char* way, const std::filesystem::path& elf,
                       const char* chip) {
        return Way {name, {(programs / "run_elf").string(), way, elf.string(), chip}};
    };
    std::vector<Way> ways {
        run_elf("profile", "profile", firmwares.ideal, ideal_chip),
        run_elf("unicorn", "unicorn", firmwares.ideal, ideal_chip),
        run_elf("unicorn-block-hook", "unicorn-block-hook", firmwares.ideal, ideal_chip),
        run_elf("profile-12", "profile-12", firmwares.ideal, ideal_chip),
        run_elf("exact", "exact", firmwares.single, ideal_chip),
    };
    if (!firmwares.real.empty())
        ways.push_back(run_elf("profile-real-chip", "profile", firmwares.real, real_chip));
    if (!firmwares.fast.empty())
        ways.push_back(run_elf("profile-fast-chip", "profile", firmwares.fast, fast_chip));
    if (std::optional<std::filesystem::path> qemu = firmware::find_program("qemu-system-arm")) {
        std::vector<std::string> bare = qemu_command(qemu->string(), firmwares.ideal),
                                 counting = bare;
        counting.insert(counting.end(), {"-plugin", REGION_PLUGIN});
        ways.push_back({"qemu", bare});
        ways.push_back({"qemu-plugin", counting});
    }
    return ways;
}

Measurements measure(const std::vector<Way>& ways, const Options& options)
{
    Measurements all;
    for (int turn = 0; turn < options.turns; ++turn)
        for (const Way& way : ways) {
            if (turn > 0 && way.name == "exact")
                continue; // for information, and long
            bench::Measured one = bench::run_measured(way.command);
            all.seconds[way.name].push_back(one.user_seconds);
            all.counts[way.name] = counts_in(one.output);
        }
    return all;
}

std::string seconds_cell(double seconds)
{
    return seconds > 0 ? fmt::format("{:.2f}", seconds) : "-";
}
std::string ratio_cell(double a, double b)
{
    return a > 0 && b > 0 ? fmt::format("{:.2f}", a / b) : "-";
}

class Report {
public:
    void add(const std::string& title, const Measurements& m, int repetitions)
    {
        auto at = [&](const char* way) { return m.median(way); };
        auto counts = [&](const char* way) {
            auto found = m.counts.find(way);
            return found == m.counts.end() ? Counts {} : found->second;
        };
        double profile = at("profile"), real = at("profile-real-chip"),
               fast = at("profile-fast-chip");
        times_.add_row({title, fmt::format("{}", repetitions),
            base::scaled(counts("profile").instructions), seconds_cell(profile),
            seconds_cell(at("unicorn")), seconds_cell(at("unicorn-block-hook")),
            seconds_cell(at("qemu")), seconds_cell(at("qemu-plugin")), seconds_cell(real),
            seconds_cell(fast), seconds_cell(at("profile-12"))});
        double exact_rate = at("exact") / counts("exact").instructions,
               rate = profile / counts("profile").instructions;
        ratios_.add_row({title, ratio_cell(profile, at("unicorn")),
            ratio_cell(profile, at("unicorn-block-hook")), ratio_cell(profile, at("qemu")),
            ratio_cell(profile, at("qemu-plugin")),
            ratio_cell(counts("profile").cycles / silicon_hz, profile),
            ratio_cell(counts("profile-real-chip").cycles / silicon_hz, real),
            ratio_cell(counts("profile-fast-chip").cycles / fast_silicon_hz, fast),
            ratio_cell(at("profile-12"), profile), ratio_cell(exact_rate, rate),
            counts("qemu-plugin").instructions > 0 ? fmt::format(
                "{:+.0f}", counts("qemu-plugin").instructions - counts("profile").instructions)
                                                   : "-"});
    }

    void print() const
    {
        fmt::print("User processor time in seconds, medians\n{}\n", times_.text());
        fmt::print(
            "Ratios. Silicon: a Cortex-M4 at 120 MHz and STM32L4R5, an STM32F746 at 216 MHz, as "
            "simulated, in times of real time\n{}\n",
            ratios_.text());
    }

private:
    using Align = base::Align;
    base::TextTable times_ {{{"network", Align::left}, {"times"}, {"instructions"}, {"profile"},
        {"unicorn"}, {"u.+hook"}, {"qemu"}, {"qemu+plugin"}, {"profile L4R5"}, {"profile F746"},
        {"12 chips"}}};
    base::TextTable ratios_ {{{"network", Align::left}, {"profile/unicorn"}, {"/u.+hook"},
        {"/qemu"}, {"/qemu+plugin"}, {"silicon/profile"}, {"on L4R5"}, {"on F746"}, {"12/1 chips"},
        {"exact/profile"}, {"qemu counts"}}};
};

void measure_case(const Case& one, const Options& options, const std::filesystem::path& programs,
    const std::filesystem::path& cache, Report& report)
{
    std::string title = fmt::format("{}, {}", one.title, one.kernels), named = one.target;
    if (one.target.ends_with(".tflite")) {
        named = (options.models / one.target).string();
        if (!std::filesystem::exists(named)) {
            fmt::print(stderr, "{}: left out, there is no {}\n", title, one.target);
            return;
        }
    }
    fmt::print(stderr, "{}\n", title);
    bench::Repeated repeated {
        .times = std::max(1, static_cast<int>(one.repetitions * options.share))};
    if (one.branchy) {
        repeated.function = "branchy";
        repeated.source = BRANCHY_SOURCE;
    }
    bench::Repeated once = repeated;
    once.times = 1;
    profiler::Target target = profiler::load_target(named);
    firmware::TemporaryFolder folder;
    auto build = [&](const char* name, const char* chip, const bench::Repeated& what) {
        std::filesystem::path elf = folder.path() / name;
        base::write_file(elf,
            bench::build_repeated(*target.graph, mcu::load_chip(chip), one.kernels, what, cache));
        return elf;
    };
    auto build_if_it_fits = [&](const char* name, const char* chip) -> std::filesystem::path {
        try {
            return build(name, chip, repeated);
        } catch (const base::InputError& error) {
            fmt::print(stderr, "{}: left out: {}\n", title, error.what());
            return {};
        }
    };
    Firmwares firmwares {.ideal = build("ideal.elf", ideal_chip, repeated),
        .real = build_if_it_fits("real.elf", real_chip),
        .fast = build_if_it_fits("fast.elf", fast_chip),
        .single = build("single.elf", ideal_chip, once)};
    report.add(title, measure(ways_of(programs, firmwares), options), repeated.times);
    if (!options.keep.empty())
        std::filesystem::copy(folder.path(), options.keep / title,
            std::filesystem::copy_options::recursive
                | std::filesystem::copy_options::overwrite_existing);
}

/// The whole program, as users start it, on the largest network; its firmware is compiled
/// beforehand.
void measure_memory(const Options& options, const std::filesystem::path& programs,
    const std::filesystem::path& cache)
{
    std::filesystem::path file = options.models / "coral_mobilenet_v2_1.0_224_ptq_int8.tflite";
    if (!options.only.empty() || !std::filesystem::exists(file))
        return;
    ::setenv("MCUPROF_CACHE", cache.c_str(), 1);
    std::string program = (programs / "mcuprof").string();
    std::string chip = ideal_chip;
    bench::run_measured(
        {program, "build", file.string(), "--chip", chip, "-o", (cache / "project").string()});
    bench::Measured measured
        = bench::run_measured({program, "profile", file.string(), "--chip", chip, "--no-store"});
    fmt::print("mcuprof profile, MobileNetV2 1.0 224: {:.1f} s, peak resident {:.0f} MB\n",
        measured.user_seconds, static_cast<double>(measured.peak_resident_bytes) / 1e6);
}

void run(const Options& options)
{
    std::filesystem::path programs = std::filesystem::canonical("/proc/self/exe").parent_path();
    firmware::TemporaryFolder cache;
    utsname system {};
    ::uname(&system);
    fmt::print("{} {}, {} turns\n", system.sysname, system.machine, options.turns);
    Report report;
    for (const Case& one : cases)
        if (options.only.empty() || fmt::format("{}, {}", one.title, one.kernels) == options.only)
            measure_case(one, options, programs, cache.path(), report);
    report.print();
    measure_memory(options, programs, cache.path());
}

} // namespace

int main(int count, char** arguments)
{
    CLI::App app("Compares a full profile with the bare emulator and with qemu-system-arm");
    Options options;
    app.add_option("--models", options.models, "folder with the networks")->capture_default_str();
    app.add_option("--only", options.only, "one case, such as 'ResNet-8, dsp'");
    app.add_option(
        "--keep", options.keep, "keep the firmware in this folder, to run it under other tools");
    app.add_option("--turns", options.turns, "runs of each; medians are printed")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--share", options.share, "of the usual number of inferences, for a quick look")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    CLI11_PARSE(app, count, arguments);
    try {
        run(options);
        return 0;
    } catch (const base::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}

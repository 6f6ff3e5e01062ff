// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/firmware.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/placement_request.h"
#include "profiler/firmware/elf_file.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"
#include "tests/unit/graph/sample_graphs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace firmware {
namespace {

/// A variable of the environment, back to what it was at the end.
class Environment {
public:
    Environment(const char* name, const std::string& value)
        : name_(name)
        , before_(std::getenv(name) ? std::optional<std::string>(std::getenv(name)) : std::nullopt)
    {
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

class BuildTest : public testing::Test {
protected:
    void SetUp() override
    {
        if (!find_program("arm-none-eabi-gcc"))
            GTEST_SKIP() << "needs arm-none-eabi-gcc";
    }

    Firmware build(const std::filesystem::path& cache_folder) const
    {
        return build_firmware(graph, plan, chip, {.cache_folder = cache_folder});
    }

    std::string message_of_build(const std::filesystem::path& cache_folder) const
    {
        try {
            build(cache_folder);
        } catch (const base::InputError& error) {
            return error.what();
        }
        return "no error";
    }

    graph::ModelGraph graph = samples::convolutions();
    mcu::ChipModel chip = mcu::load_chip("generic-m4");
    plan::ExecutionPlan plan = plan::make_plan(graph, chip.core, plan::KernelSet::dsp);
    TemporaryFolder cache;
};

std::size_t files_in(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::recursive_directory_iterator(folder), {}));
}

TEST_F(BuildTest, TheSecondBuildRunsNoCompiler)
{
    Firmware first = build(cache.path());
    EXPECT_GT(first.compiler_runs, 0);
    Firmware second = build(cache.path());
    EXPECT_EQ(second.compiler_runs, 0);
    EXPECT_EQ(first.elf, second.elf);
}

TEST_F(BuildTest, KernelsAreCompiledOnceForAllNetworks)
{
    build(cache.path());
    graph.tensor(graph.operators.at(0).outputs.at(0)).name = "another";
    plan = plan::make_plan(graph, chip.core, plan::KernelSet::dsp);
    plan.arena_bytes += 16;
    EXPECT_EQ(build(cache.path()).compiler_runs, 3); // model.c, model_data.S, linking
}

TEST_F(BuildTest, TheBytesDependOnNothingButNetworkAndChip)
{
    Firmware here = build(cache.path());
    TemporaryFolder other_cache, other_temporary, other_place;
    Environment language("LC_ALL", "de_DE.UTF-8"),
        temporary("TMPDIR", other_temporary.path().string()), headers("C_INCLUDE_PATH", "/nowhere"),
        home("HOME", "/nowhere");
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(other_place.path());
    Firmware there = build(other_cache.path());
    std::filesystem::current_path(before);
    EXPECT_EQ(base::sha256_hex(here.elf), base::sha256_hex(there.elf));
    EXPECT_EQ(files_in(other_temporary.path()), 0u);
    EXPECT_EQ(files_in(other_place.path()), 0u);
}

TEST_F(BuildTest, KnowsWhereThingsAre)
{
    Firmware firmware = build(cache.path());
    ElfFile elf(firmware.elf, "firmware.elf");
    ASSERT_EQ(firmware.layers.size(), graph.operators.size());
    for (const LayerSymbol& layer : firmware.layers) {
        auto symbol = elf.find_symbol(layer.function);
        ASSERT_TRUE(symbol) << layer.function;
        EXPECT_EQ(layer.address, symbol->address);
        EXPECT_GT(layer.size, 0u) << layer.function;
    }
    const std::uint32_t arena = elf.find_symbol("mcuprof_arena")->address;
    ASSERT_EQ(firmware.inputs.size(), graph.inputs.size());
    const TensorAddress& input = firmware.inputs.front();
    EXPECT_EQ(input.address,
        arena
            + plan.buffers.at(*plan.places.at(static_cast<std::size_t>(input.tensor)).buffer)
                  .offset);
    EXPECT_EQ(input.bytes, static_cast<std::uint32_t>(graph.tensor(input.tensor).bytes()));
    EXPECT_EQ(firmware.sizes.arena, plan.arena_bytes);
    EXPECT_EQ(firmware.sizes.weights, plan::weight_bytes(plan, graph));
    EXPECT_GT(firmware.sizes.code, 1000u);
    EXPECT_EQ(firmware.sizes.static_data, 0u);
    EXPECT_EQ(firmware.stack.size, default_stack_bytes);
}

TEST_F(BuildTest, DamagedCacheEntriesAreMadeAgain)
{
    Firmware first = build(cache.path());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache.path()))
        if (entry.is_regular_file())
            std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
    Firmware second = build(cache.path());
    EXPECT_GT(second.compiler_runs, 0);
    EXPECT_EQ(first.elf, second.elf);
}

/// Builds in a process of its own, sends it `signal` after a while, and returns its exit code (42:
/// interrupted and cleaned up; negative: ended by the signal).
int build_and_signal(
    const std::function<void()>& build, int signal, std::chrono::milliseconds after)
{
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            build();
        } catch (const Interrupted&) {
            ::_exit(42);
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    std::this_thread::sleep_for(after);
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(BuildTest, AKillAtAnyTimeLeavesTheCacheIntact)
{
    const Firmware undisturbed = build(cache.path());
    TemporaryFolder other_cache, temporary;
    Environment folder("TMPDIR", temporary.path().string());
    int killed = 0;
    for (int after : {5, 20, 50, 100, 200, 400})
        killed += build_and_signal(
                      [&] { build(other_cache.path()); }, SIGKILL, std::chrono::milliseconds(after))
            == -SIGKILL;
    EXPECT_GT(killed, 0);
    EXPECT_EQ(build(other_cache.path()).elf, undisturbed.elf);
}

TEST_F(BuildTest, CtrlCEndsTheBuildAndCleansUp)
{
    // A compiler that never ends, so that the signal always finds it at work.
    TemporaryFolder bin, temporary;
    base::write_file(bin.path() / "arm-none-eabi-gcc",
        "#!/bin/sh\ncase \"$*\" in\n*--version*) echo slow 1.0;;\n*-print-file-name*) echo $0;;\n"
        "*) sleep 60;;\nesac\n");
    std::filesystem::permissions(
        bin.path() / "arm-none-eabi-gcc", std::filesystem::perms::owner_all);
    Environment path("PATH", bin.path().string() + ":/usr/bin:/bin"),
        folder("TMPDIR", temporary.path().string());
    for (int signal : {SIGINT, SIGTERM})
        EXPECT_EQ(
            build_and_signal([&] { build(cache.path()); }, signal, std::chrono::milliseconds(500)),
            42);
    EXPECT_EQ(files_in(temporary.path()), 0U);
}

TEST_F(BuildTest, AMissingCompilerNamesThePackage)
{
    Environment path("PATH", "/nowhere");
    EXPECT_THAT(message_of_build(cache.path()), testing::HasSubstr("gcc-arm-none-eabi"));
}

TEST_F(BuildTest, AFailingCompilerIsQuotedAndItsFolderKept)
{
    // A compiler that answers questions but compiles nothing.
    TemporaryFolder bin, temporary;
    base::write_file(bin.path() / "arm-none-eabi-gcc",
        "#!/bin/sh\ncase \"$*\" in\n*--version*) echo broken 1.0;;\n*-print-file-name*) echo $0;;\n"
        "*) echo 'internal compiler error: out of sorts' >&2; exit 4;;\nesac\n");
    std::filesystem::permissions(
        bin.path() / "arm-none-eabi-gcc", std::filesystem::perms::owner_all);
    Environment path("PATH", bin.path().string() + ":/usr/bin:/bin"),
        folder("TMPDIR", temporary.path().string());
    const std::string message = message_of_build(cache.path());
    EXPECT_THAT(message, testing::HasSubstr("out of sorts"));
    EXPECT_THAT(message, testing::HasSubstr("exit code 4"));
    EXPECT_THAT(message, testing::HasSubstr(temporary.path().string()));
    EXPECT_GT(files_in(temporary.path()), 5u);
}

TEST_F(BuildTest, TheLinkersOverflowIsToldInBanks)
{
    // Room for weights and tables, none for code.
    for (mcu::Region& region : chip.regions)
        if (region.name == "flash")
            region.size = static_cast<std::uint32_t>(
                plan::weight_bytes(plan, graph) + plan::table_bytes(plan) + 64);
    TemporaryFolder temporary;
    Environment folder("TMPDIR", temporary.path().string());
    EXPECT_THAT(message_of_build(cache.path()),
        testing::MatchesRegex(
            ".*does not fit: bank flash has [0-9]+ bytes, [0-9]+ too few; it would fit stm32f446"));
    EXPECT_EQ(files_in(temporary.path()), 0u);
}

TEST_F(BuildTest, TheProjectBuildsTheSameBytesWithPlainCMake)
{
    if (!find_program("cmake"))
        GTEST_SKIP() << "needs cmake";
    Firmware firmware = build(cache.path());
    TemporaryFolder folder;
    write_project(folder.path() / "project", graph, plan, chip, firmware);
    for (const char* generator : {"Unix Makefiles", "Ninja"}) {
        if (!find_program(std::string_view(generator) == "Ninja" ? "ninja" : "make"))
            continue;
        const std::filesystem::path built = folder.path() / (std::string("build ") + generator);
        ProcessResult configured = run_process({*find_program("cmake"),
            {"-S", "project", "-B", built.string(), "-G", generator}, folder.path()});
        ASSERT_EQ(configured.exit_code, 0) << configured.output;
        ProcessResult compiled
            = run_process({*find_program("cmake"), {"--build", built.string()}, folder.path()});
        ASSERT_EQ(compiled.exit_code, 0) << compiled.output;
        EXPECT_EQ(base::sha256_hex(base::read_bytes(built / "firmware.elf")),
            base::sha256_hex(firmware.elf))
            << generator;
    }
    EXPECT_EQ(base::read_bytes(folder.path() / "project" / "firmware.elf"), firmware.elf);
}

/// Start-up that copies code is compiled with a flag of its own.
TEST_F(BuildTest, TheProjectOfAPlacementBuildsTheSameBytesToo)
{
    if (!find_program("cmake") || !find_program("ninja"))
        GTEST_SKIP() << "needs cmake and ninja";
    chip = mcu::load_chip("stm32f746");
    mcu::apply_placement(chip, "code=itcm,weights=dtcm");
    plan = plan::make_plan(graph, chip.core, plan::KernelSet::dsp);
    Firmware firmware = build(cache.path());
    EXPECT_GT(firmware.sizes.static_data, firmware.sizes.weights + 1000);
    TemporaryFolder folder;
    write_project(folder.path() / "project", graph, plan, chip, firmware);
    ProcessResult configured = run_process(
        {*find_program("cmake"), {"-G", "Ninja", "-S", "project", "-B", "built"}, folder.path()});
    ASSERT_EQ(configured.exit_code, 0) << configured.output;
    ProcessResult compiled
        = run_process({*find_program("cmake"), {"--build", "built"}, folder.path()});
    ASSERT_EQ(compiled.exit_code, 0) << compiled.output;
    EXPECT_EQ(base::sha256_hex(base::read_bytes(folder.path() / "built" / "firmware.elf")),
        base::sha256_hex(firmware.elf));
}

} // namespace
} // namespace firmware

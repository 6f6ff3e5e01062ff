// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/process.h"

#include "base/input_error.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/firmware/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace firmware {
namespace {

ProcessResult shell(const std::string& script)
{
    return run_process({"/bin/sh", {"-c", script}, "/"});
}

TEST(Process, GathersBothStreamsAndTheExitCode)
{
    ProcessResult result = shell("echo out; echo err >&2; exit 3");
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.output, "out\nerr\n");
}

TEST(Process, ReadsMoreThanAPipeHolds)
{
    EXPECT_EQ(shell("head -c 300000 /dev/zero").output.size(), 300000u);
}

TEST(Process, HidesOurEnvironment)
{
    ::setenv("CPATH", "/nowhere", 1);
    ProcessResult result = shell("echo \"$CPATH$LC_ALL\"");
    ::unsetenv("CPATH");
    EXPECT_EQ(result.output, "C\n");
}

TEST(Process, ASignalThatEndsTheChildIsAnExitCode)
{
    EXPECT_EQ(shell("kill -9 $$").exit_code, 128 + SIGKILL);
}

TEST(Process, AMissingProgramIsAnInputError)
{
    EXPECT_THROW(run_process({"/no/such/program", {}, "/"}), base::InputError);
}

TEST(Process, AnInterruptEndsTheChildAndItsChildren)
{
    // The grandchild would write the file after the interrupt if it survived.
    TemporaryFolder folder;
    std::filesystem::path survived = folder.path() / "survived";
    std::jthread press([] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        ::kill(::getpid(), SIGINT);
    });
    EXPECT_THROW(shell("(sleep 1; touch " + survived.string() + ") & sleep 20"), Interrupted);
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    EXPECT_FALSE(std::filesystem::exists(survived));
}

TEST(Process, FindsProgramsInPath)
{
    ASSERT_TRUE(find_program("sh"));
    EXPECT_TRUE(find_program("sh")->is_absolute());
    EXPECT_FALSE(find_program("no-such-program-anywhere"));
}

TEST(TemporaryFolder, GoesWithWhatItHolds)
{
    std::filesystem::path path;
    {
        TemporaryFolder folder;
        path = folder.path();
        std::filesystem::create_directory(path / "inside");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolder, StaysIfKept)
{
    std::filesystem::path path;
    {
        TemporaryFolder folder;
        path = folder.path();
        folder.keep();
    }
    EXPECT_TRUE(std::filesystem::exists(path));
    std::filesystem::remove_all(path);
}

} // namespace
} // namespace firmware

// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/measured_process.h"

#include "base/check.h"
#include "base/input_error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace bench {
namespace {

std::string read_all(int file)
{
    std::string text;
    std::array<char, 4096> piece;
    for (ssize_t count; (count = ::read(file, piece.data(), piece.size())) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(count));
    return text;
}

pid_t spawn(const std::vector<std::string>& command, int output)
{
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    pid_t process = 0;
    int error = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw base::InputError(command[0], std::strerror(error));
    return process;
}

} // namespace

Measured run_measured(const std::vector<std::string>& command)
{
    int ends[2];
    CHECK(::pipe2(ends, O_CLOEXEC) == 0);
    pid_t process = 0;
    try {
        process = spawn(command, ends[1]);
    } catch (...) {
        ::close(ends[0]);
        ::close(ends[1]);
        throw;
    }
    ::close(ends[1]);
    Measured measured;
    measured.output = read_all(ends[0]);
    ::close(ends[0]);

    int status = 0;
    rusage usage {};
    CHECK(::wait4(process, &status, 0, &usage) == process);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw base::InputError(
            fmt::format("{}", fmt::join(command, " ")), "did not end well:\n" + measured.output);
    measured.user_seconds = static_cast<double>(usage.ru_utime.tv_sec)
        + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
    measured.peak_resident_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    return measured;
}

} // namespace bench

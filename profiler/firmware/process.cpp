// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/process.h"

#include "base/check.h"
#include "base/input_error.h"
#include "profiler/firmware/interrupt.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace firmware {
namespace {

constexpr int poll_milliseconds = 50; // how late a Ctrl-C that another thread received is noticed

/// The end of a pipe, closed on every way out.
class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number)
    {
    }
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int operator*() const { return number_; }
    void close()
    {
        if (number_ >= 0)
            ::close(number_);
        number_ = -1;
    }

private:
    int number_;
};

/// posix_spawn's two property lists, released on every way out.
struct SpawnProperties {
    SpawnProperties()
    {
        CHECK(::posix_spawn_file_actions_init(&actions) == 0);
        CHECK(::posix_spawnattr_init(&attributes) == 0);
    }
    ~SpawnProperties()
    {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnProperties(const SpawnProperties&) = delete;
    SpawnProperties& operator=(const SpawnProperties&) = delete;

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

std::vector<char*> pointers_to(std::vector<std::string>& strings)
{
    std::vector<char*> pointers;
    for (std::string& string : strings)
        pointers.push_back(string.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::string search_path()
{
    const char* path = std::getenv("PATH");
    return path ? path : "/usr/local/bin:/usr/bin:/bin";
}

pid_t spawn(const Command& command, int output)
{
    std::vector<std::string> arguments {command.program.string()};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment {
        "PATH=" + search_path(), "LC_ALL=C", "TMPDIR=" + command.folder.string()};

    SpawnProperties properties;
    ::posix_spawn_file_actions_addchdir_np(&properties.actions, command.folder.c_str());
    ::posix_spawn_file_actions_addopen(&properties.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&properties.actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&properties.actions, output, STDERR_FILENO);
    // A group of its own: compiler, assembler and linker are ended together.
    ::posix_spawnattr_setflags(&properties.attributes, POSIX_SPAWN_SETPGROUP);

    pid_t child = 0;
    int error = ::posix_spawn(&child, command.program.c_str(), &properties.actions,
        &properties.attributes, pointers_to(arguments).data(), pointers_to(environment).data());
    if (error != 0)
        throw base::InputError(
            command.program.string(), std::string("cannot be started: ") + std::strerror(error));
    return child;
}

int wait_for(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        CHECK(errno == EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reads until every writer is gone. False if a signal came that ends us.
bool read_to_end(int file, std::string& output)
{
    char chunk[4096];
    while (InterruptGuard::pending() == 0) {
        pollfd waiting {file, POLLIN, 0};
        if (::poll(&waiting, 1, poll_milliseconds) <= 0)
            continue;
        ssize_t got = ::read(file, chunk, sizeof chunk);
        if (got == 0)
            return true;
        if (got > 0)
            output.append(chunk, static_cast<std::size_t>(got));
        else
            CHECK(errno == EINTR);
    }
    return false;
}

} // namespace

ProcessResult run_process(const Command& command)
{
    InterruptGuard guard;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw base::InputError(
            command.program.string(), std::string("no pipe: ") + std::strerror(errno));
    Descriptor reader(ends[0]), writer(ends[1]);
    pid_t child = spawn(command, *writer);
    writer.close();

    ProcessResult result;
    if (!read_to_end(*reader, result.output)) {
        ::kill(-child, SIGKILL);
        wait_for(child);
        throw Interrupted(InterruptGuard::pending());
    }
    result.exit_code = wait_for(child);
    return result;
}

std::optional<std::filesystem::path> find_program(std::string_view name)
{
    std::string path = search_path();
    for (std::size_t begin = 0; begin <= path.size();) {
        std::size_t end = std::min(path.find(':', begin), path.size());
        std::filesystem::path candidate
            = std::filesystem::path(path.substr(begin, end - begin)) / name;
        if (candidate.is_absolute() && std::filesystem::is_regular_file(candidate)
            && ::access(candidate.c_str(), X_OK) == 0)
            return std::filesystem::canonical(candidate);
        begin = end + 1;
    }
    return std::nullopt;
}

} // namespace firmware

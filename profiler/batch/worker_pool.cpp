// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/batch/worker_pool.h"

#include "base/check.h"
#include "base/input_error.h"
#include "profiler/firmware/interrupt.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace batch {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int poll_milliseconds = 100;
constexpr auto grace = std::chrono::seconds(5); // between asking a worker to end and ending it

struct Task {
    Group group;
    std::uint64_t attempt = 1;
};

/// A worker process and what it said so far.
struct Child {
    pid_t process = 0;
    int reports = -1, errors = -1; // files
    Task task;
    Clock::time_point started = Clock::now();
    std::optional<Clock::time_point> asked_to_end;
    bool out_of_time = false;
    std::string unread, error_text;
};

void limit(int resource, std::uint64_t value)
{
    rlimit bound {value, value};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &bound);
}

std::string last_line(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    return text.substr(text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1);
}

/// Libraries that end the process when they get no memory say so before, each in its way.
bool speaks_of_memory(const std::string& text)
{
    return text.find("memory") != text.npos || text.find("llocate") != text.npos;
}

class Pool {
public:
    Pool(const std::vector<Group>& groups, const Work& work, std::size_t workers, const std::function<void(const Report&)>& told)
        : work_(work)
        , workers_(std::max<std::size_t>(workers, 1))
        , told_(told)
    {
        for (const Group& group : groups)
            waiting_.push_back({group});
        result_.reports.resize(work.jobs.size());
    }

    BatchResult run()
    {
        auto begin = Clock::now();
        while (!children_.empty() || (!waiting_.empty() && !ending())) {
            while (children_.size() < workers_ && !waiting_.empty() && !ending())
                start();
            listen();
            end_late_ones();
            if (ending())
                for (Child& child : children_)
                    ask_to_end(child);
        }
        result_.interrupted_by = firmware::InterruptGuard::pending();
        result_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return std::move(result_);
    }

private:
    bool ending() const { return firmware::InterruptGuard::pending() != 0 || result_.stopped_by; }

    void start()
    {
        std::array<int, 2> reports {}, errors {};
        if (::pipe2(reports.data(), O_CLOEXEC) != 0 || ::pipe2(errors.data(), O_CLOEXEC) != 0)
            throw base::InputError("batch", std::string("no pipe for a worker: ") + std::strerror(errno));
        Child child;
        child.task = std::move(waiting_.front());
        waiting_.pop_front();
        std::fflush(nullptr); // else the child would print again what waits here
        pid_t parent = ::getpid();
        child.process = ::fork();
        if (child.process < 0)
            throw base::InputError("batch", std::string("no worker can be started: ") + std::strerror(errno));
        if (child.process == 0) {
            ::dup2(errors[1], STDERR_FILENO);
            ::_exit(be_worker(parent, child.task, reports[1]));
        }
        ::close(reports[1]);
        ::close(errors[1]);
        child.reports = reports[0];
        child.errors = errors[0];
        for (int file : {child.reports, child.errors})
            ::fcntl(file, F_SETFL, O_NONBLOCK);
        children_.push_back(std::move(child));
    }

    int be_worker(pid_t parent, const Task& task, int reports) const
    {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM); // who is left alone cleans up and ends
        if (::getppid() != parent)
            return 1;
        limit(RLIMIT_AS, work_.limits.memory_bytes);
        limit(RLIMIT_CPU, work_.limits.seconds + 10); // also when nobody watches any more
        limit(RLIMIT_CORE, 0);
        return work_on(task.group, task.attempt, work_, reports);
    }

    void listen()
    {
        std::vector<pollfd> files;
        for (const Child& child : children_) {
            files.push_back({child.reports, POLLIN, 0});
            files.push_back({child.errors, POLLIN, 0});
        }
        ::poll(files.data(), files.size(), poll_milliseconds);
        for (Child& child : children_) {
            read_errors(child);
            read_reports(child);
        }
        for (std::size_t i = 0; i < children_.size();) {
            int status = 0;
            rusage usage {};
            pid_t ended = ::wait4(children_[i].process, &status, WNOHANG, &usage);
            if (ended != children_[i].process) {
                ++i;
                continue;
            }
            Child child = std::move(children_[i]);
            children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
            read_errors(child);
            read_reports(child);
            ::close(child.reports);
            ::close(child.errors);
            result_.largest_worker = std::max(result_.largest_worker, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
            settle(child, status);
        }
    }

    void read_errors(Child& child)
    {
        std::array<char, 4096> chunk {};
        ssize_t got = 0;
        while ((got = ::read(child.errors, chunk.data(), chunk.size())) > 0) {
            child.error_text.append(chunk.data(), static_cast<std::size_t>(got));
            if (child.error_text.size() > 2 * chunk.size())
                child.error_text.erase(0, child.error_text.size() - chunk.size());
        }
    }

    void read_reports(Child& child)
    {
        std::array<char, 4096> chunk {};
        ssize_t got = 0;
        while ((got = ::read(child.reports, chunk.data(), chunk.size())) > 0)
            child.unread.append(chunk.data(), static_cast<std::size_t>(got));
        for (std::size_t end = 0; (end = child.unread.find('\n')) != child.unread.npos;) {
            take(Report::parse(child.unread.substr(0, end)));
            child.unread.erase(0, end + 1);
        }
    }

    void take(Report report)
    {
        if (report.kind == Report::Kind::time) {
            result_.time += report.time;
        } else if (report.kind == Report::Kind::cannot_go_on) {
            if (!result_.stopped_by)
                result_.stopped_by = report.reason;
        } else {
            auto& place = result_.reports.at(report.job);
            place = std::move(report);
            told_(*place);
        }
    }

    /// What an ended worker left undone is tried again, or has failed.
    void settle(const Child& child, int status)
    {
        Group left;
        for (std::size_t job : child.task.group)
            if (!result_.reports[job])
                left.push_back(job);
        if (left.empty() || ending())
            return;
        std::uint64_t attempt = child.task.attempt;
        if (left.size() > 1) { // one of them did it
            for (std::size_t job : left)
                waiting_.push_back({{job}, attempt + 1});
        } else if (attempt <= work_.limits.retries) {
            waiting_.push_back({left, attempt + 1});
        } else {
            fail(left.front(), attempt, child, status);
        }
    }

    void fail(std::size_t job, std::uint64_t attempt, const Child& child, int status)
    {
        Report report {.kind = Report::Kind::failed, .job = job};
        bool by_signal = WIFSIGNALED(status);
        if (child.out_of_time || (by_signal && WTERMSIG(status) == SIGXCPU)) {
            report.failure = "time";
            report.reason = fmt::format("no end after {} s (limits.seconds)", work_.limits.seconds);
        } else if ((!by_signal && WEXITSTATUS(status) == exit_out_of_memory) || speaks_of_memory(child.error_text)) {
            report.failure = "memory";
            report.reason = fmt::format("needs more than {} MiB (limits.memory)", work_.limits.memory_bytes >> 20);
        } else {
            report.failure = "crashed";
            report.reason = by_signal ? fmt::format("its process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
                                      : fmt::format("its process ended with code {}", WEXITSTATUS(status));
            if (std::string line = last_line(child.error_text); !line.empty())
                report.reason += ": " + line;
        }
        report.reason = work_.jobs[job].text() + ": " + report.reason;
        traces::Job row = row_of(work_.jobs[job], attempt);
        row.failure = report.failure;
        row.reason = report.reason;
        try {
            traces::TraceStore(work_.store).add_failure(row); // open only as long: workers are forked
            take(report);
        } catch (const base::InputError& error) {
            result_.stopped_by = error.what();
        }
    }

    void end_late_ones()
    {
        for (Child& child : children_) {
            if (Clock::now() - child.started <= std::chrono::seconds(work_.limits.seconds))
                continue;
            child.out_of_time = true;
            ask_to_end(child);
        }
    }

    /// A worker that is asked ends its compilers and takes its temporary files away; one that does not listen is ended.
    static void ask_to_end(Child& child)
    {
        auto now = Clock::now();
        if (!child.asked_to_end) {
            child.asked_to_end = now;
            ::kill(child.process, SIGTERM);
        } else if (now - *child.asked_to_end > grace) {
            ::kill(child.process, SIGKILL);
        }
    }

    const Work& work_;
    std::size_t workers_;
    const std::function<void(const Report&)>& told_;
    std::deque<Task> waiting_;
    std::vector<Child> children_;
    BatchResult result_;
};

} // namespace

BatchResult run_groups(const std::vector<Group>& groups, const Work& work, std::size_t workers, const std::function<void(const Report&)>& told)
{
    firmware::InterruptGuard guard;
    return Pool(groups, work, workers, told).run();
}

} // namespace batch

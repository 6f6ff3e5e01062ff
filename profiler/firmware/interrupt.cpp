// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>
#include <mutex>

namespace firmware {
namespace {

// Signal handlers reach nothing but globals.
constexpr std::array watched = {SIGINT, SIGTERM, SIGHUP};
std::atomic<int> arrived = 0;
static_assert(std::atomic<int>::is_always_lock_free);
std::mutex guards_mutex;
int guards = 0;
std::array<struct sigaction, watched.size()> before {};

void note(int signal) { arrived = signal; }

void watch(int signal, struct sigaction& old)
{
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_IGN)
        return;
    struct sigaction action { };
    action.sa_handler = note;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

} // namespace

InterruptGuard::InterruptGuard()
{
    std::lock_guard lock(guards_mutex);
    if (guards++ > 0)
        return;
    arrived = 0;
    for (std::size_t i = 0; i < watched.size(); ++i)
        watch(watched[i], before[i]);
}

InterruptGuard::~InterruptGuard()
{
    std::lock_guard lock(guards_mutex);
    if (--guards > 0)
        return;
    for (std::size_t i = 0; i < watched.size(); ++i)
        ::sigaction(watched[i], &before[i], nullptr);
}

int InterruptGuard::pending() { return arrived; }

} // namespace firmware

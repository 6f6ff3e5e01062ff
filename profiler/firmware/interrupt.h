// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <stdexcept>

namespace firmware {

/// Somebody pressed Ctrl-C (or sent SIGTERM or SIGHUP) while child processes ran; they are gone and
/// so are the temporary files. main() says so and ends with 128 + signal_number.
class Interrupted : public std::runtime_error {
public:
    explicit Interrupted(int signal)
        : std::runtime_error("interrupted")
        , signal_number(signal)
    {
    }
    int signal_number;
};

/// While one exists, SIGINT, SIGTERM and SIGHUP are noted instead of ending the process, so that
/// whoever owns children and temporary files can clean up. A signal that the process ignores stays
/// ignored. Guards may nest and may live in several threads; the last to go puts back what was
/// there before.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    /// The signal that arrived since the first of the living guards was made; 0: none.
    static int pending();
};

} // namespace firmware

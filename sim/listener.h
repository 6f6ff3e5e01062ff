// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"

#include <cstdint>

namespace sim {

/// A flow of control with calls of its own: the program after reset, a task with its own stack, an exception handler.
/// Dense, in order of first appearance; 0 is the program after reset. CallStack says what each is.
using ContextId = std::uint32_t;

/// What a Machine announces while it runs. Announcements come between blocks, when all meters have counted everything
/// before. A listener may read meters; it cannot change the run.
class Listener {
public:
    virtual ~Listener() = default;

    /// A function was entered by a call (or a jump to its first instruction), in the context that runs.
    virtual void entered([[maybe_unused]] std::uint32_t function) { }
    /// The function entered last in the context that runs was left.
    virtual void left([[maybe_unused]] std::uint32_t function) { }
    /// Another context runs from here on. An exception's handler is switched to, entered, left, and switched away from; a
    /// task is entered once and then only switched to and from. Context 0 runs first, without announcement.
    virtual void switched([[maybe_unused]] ContextId to) { }
    /// Now and then, for progress.
    virtual void progressed([[maybe_unused]] std::uint64_t instructions) { }
};

} // namespace sim

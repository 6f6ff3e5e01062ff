// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"

#include <cstdint>

namespace sim {

/// What a Machine announces while it runs. Announcements come between blocks, when all meters have counted everything
/// before. A listener may read meters; it cannot change the run.
class Listener {
public:
    virtual ~Listener() = default;

    /// A function was entered by a call (or a jump to its first instruction).
    virtual void entered([[maybe_unused]] std::uint32_t function) { }
    /// The function entered last was left.
    virtual void left([[maybe_unused]] std::uint32_t function) { }
    /// Now and then, for progress.
    virtual void progressed([[maybe_unused]] std::uint64_t instructions) { }
};

} // namespace sim

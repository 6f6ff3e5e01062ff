// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/record/recorder.h"
#include "sim/elf_image.h"
#include "sim/machine.h"
#include "traces/profile.h"

/// From the call tree and the contexts of a recording to rows of a profile.
namespace record {

/// Contexts and calls. Places of the tree where nothing was called and nothing ran in the window
/// (the callers of the window's function) have no row; what they called has no caller then.
void describe_calls(traces::Profile& profile, const Recording& recording, sim::Machine& machine,
    const sim::ElfImage& image);

} // namespace record

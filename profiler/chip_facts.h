// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/run_page.h"
#include "traces/profile.h"

namespace profiler {

/// What mcuprof's own data says of the chip of a run: titles, and the roofs that its core and flash
/// set. Nothing where the chip is not one that comes with mcuprof.
report::html::ChipFacts chip_facts(const traces::RunInfo& run);

} // namespace profiler

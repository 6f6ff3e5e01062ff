// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <string>
#include <string_view>

/// Profiles as text for eyes: aligned, scaled, as wide as the terminal. Programs read JSON or the
/// store. Below some 110 columns names are shortened; then columns leave, in this order (layer
/// table): share bar, flash read, kernel, SRAM, energy, MACs, cycles per MAC. Number, layer, cycles
/// and share always stay.
namespace report {

/// How people call chip and core: "STM32L4R5ZI", "Cortex-M4F". Empty: as the profile names them.
struct Titles {
    std::string chip, core;
};

/// One run: what it was, latency, energy, memory, causes, layers, notes.
std::string text_report(
    const traces::Profile& profile, TextStyle style = {}, const Titles& titles = {});

/// What the instructions of a function that was inlined belong to.
enum class Inlined { caller, itself };

/// The functions that cost most first; `most` rows at most. With `itself`, an inlined function has
/// a row of its own: how often it was called, and its cycles with callees, nobody knows.
std::string function_table(const traces::Profile& profile, TextStyle style = {},
    std::size_t most = 1000, Inlined inlined = Inlined::caller);

/// The instructions of one function with counts, cycles, causes and source lines. InputError, with
/// the names most like it, if the run has no such function.
std::string instruction_listing(
    const traces::Profile& profile, std::string_view function, TextStyle style = {});

/// What each memory region served.
std::string traffic_table(const traces::Profile& profile, TextStyle style = {});

} // namespace report

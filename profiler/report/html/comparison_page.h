// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <optional>
#include <span>
#include <string>

namespace report::html {

/// What the authors of a network report of it with their weights; ours are random.
struct PublishedAccuracy {
    double percent = 0;
    std::string measure; // "ImageNet top-1": different ones are never in one chart
    std::string source;
};

struct Candidate {
    traces::Profile profile;
    std::string chip_title; // empty: as the profile names it
    std::optional<PublishedAccuracy> accuracy;
};

/// Several runs as one HTML file of the same make as run_page(): a table, bars of latency, energy,
/// SRAM and flash, cycles by cause, and accuracy over latency, energy and SRAM with the runs that
/// no other beats in both. Unknown energy is said, not drawn.
std::string comparison_page(std::span<const Candidate> candidates);

} // namespace report::html

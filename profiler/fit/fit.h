// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_family.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fit {

/// What one inference may cost; absent: as much as it likes.
struct Limits {
    std::optional<double> latency_s, energy_j;

    bool any() const { return latency_s || energy_j; }
};

/// What a plan says of a network, before anything is compiled.
struct Planned {
    std::uint64_t arena_bytes = 0, weight_bytes = 0; // activations and scratch; weights and tables
    std::string shortage; // "SRAM1: 12.3 KiB too few"; empty: it fits, but for code
};

/// What a run says.
struct Ran {
    std::string failure; // why there are no figures: no room for code, a limit; empty: there are
    double latency_s = 0;
    std::optional<double> energy_j;
    std::uint64_t sram_bytes = 0, flash_bytes = 0; // measured peak; code, constants and weights
};

/// How networks are looked at. Each is called once a network.
struct Probes {
    std::function<Planned(const networks::FamilyMember&)> plan;
    std::function<Ran(const networks::FamilyMember&)> run;
};

struct Candidate {
    networks::FamilyMember network;
    Planned planned;
    std::optional<Ran> ran;
    std::string limit; // which one it breaks, and by how much; empty: none
};

/// One line of the family: the largest network that keeps the limits, and the next, which does not.
struct FrontierRow {
    networks::FamilyLine line;
    std::optional<Candidate> largest, next;
};

struct Result {
    std::vector<FrontierRow> frontier;
    // Both have run, if anything fits. `best` is the one with the highest published accuracy if one
    // that fits has any and all lines of the family measure the same, else the largest.
    std::optional<Candidate> best, largest_by_macs;
    bool by_accuracy = false, several_measures = false;
    std::size_t planned = 0;      // networks
    std::vector<std::string> ran; // their names, in the order of the runs
};

/// Looks for the largest networks of each line that keep the limits.
///
/// Memory is decided by plans. Along a line arena, weights and time grow, so the place where a
/// limit is broken is searched by halves for memory, and for time and energy from where the line
/// before suggests, one step after the other. Without such limits only the answers run; the largest
/// of a line is then right but for the room that code takes, which the run of an answer tells.
Result find_fit(
    const std::vector<networks::FamilyLine>& lines, const Limits& limits, const Probes& probes);

} // namespace fit

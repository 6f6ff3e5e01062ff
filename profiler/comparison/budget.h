// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/expression.h"
#include "traces/profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comparison {

/// What a team allows (BUDGET.toml, docs/ci.md): limits of whole runs, layers, functions, outputs,
/// absolute or against a baseline.
struct Budget {
    enum class Scope { run, layer, function, outputs };

    /// Limits of one thing, or of all whose name matches.
    struct Rule {
        Scope scope = Scope::run;
        std::string pattern; // of layers and functions, with *
        std::vector<Limit> limits;
        std::string where; // "budget.toml:12"
    };
    struct Run {
        std::string where;
        std::uint32_t id = 0; // of a stored run; 0: to be profiled
        std::string target, chip, kernels, baseline;
        std::uint64_t clock_hz = 0;   // 0: the chip's usual one
        std::string expected_outputs; // a file with the bytes of all outputs; empty: the baseline's
        std::vector<Rule> rules;
    };

    std::string baseline; // of runs that name none: "main.db" or "main.db:17"
    std::vector<Run> runs;

    /// `file` is what messages call it. InputError: "budget.toml:7: ...".
    static Budget parse(std::string_view text, const std::string& file);
};

/// Does a rule need another run to compare with?
bool needs_baseline(const Budget::Run& run);

/// One limit, held to one thing.
struct Verdict {
    enum class Result { within, over, unknown, not_in_baseline } result = Result::within;
    std::string scope, subject; // "layer", "3 conv 1x1 8→16"; of the whole run "run", ""
    std::string figure, limit;  // limit: as written, "cycles <= baseline + 3 %"
    base::Dimension dimension = base::Dimension::count;
    std::optional<double> value, bound, baseline;

    /// What is new in the run is told, but breaks no promise to the baseline. What is unknown does:
    /// nobody can say that it is within.
    bool good() const { return result == Result::within || result == Result::not_in_baseline; }
    bool operator==(const Verdict&) const = default;
};

/// One sentence: "cycles of layer 3 conv 1x1 8→16: 1.28 M, allowed 1.10 M (cycles <= baseline + 3
/// %; baseline 1.07 M)".
std::string sentence(const Verdict& verdict);

/// Holds a run to its rules. `expected` are the bytes of all outputs, where a rule asks for them.
/// InputError: a pattern that matches nothing, a rule about outputs without anything to compare
/// with.
std::vector<Verdict> judge(const Budget::Run& rules, const traces::Profile& profile,
    const traces::Profile* baseline, const std::vector<std::uint8_t>* expected);

} // namespace comparison

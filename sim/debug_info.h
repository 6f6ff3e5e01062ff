// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct Dwarf;

namespace sim {

struct SourceLine {
    std::string file; // as the compiler noted it
    int line = 0;
};

/// A function that the compiler put into another one, and the call it stands for.
struct InlinedCall {
    std::string function;  // demangled; empty if unknown
    std::string call_file; // of the call; empty if unknown
    int call_line = 0;     // 0: unknown
    bool operator==(const InlinedCall&) const = default;
};

/// Source lines and inlined calls of a whole image, read from its DWARF at once and kept sorted by
/// address: a question afterwards is a binary search.
///
/// Left out: variables, types, macros; line tables of code that the linker threw away (they begin
/// at address 0); parts that lie in other files, which are never opened; inlining deeper than 64
/// calls. What is damaged is left out too, and `damage` says
/// so; reading ends whatever the bytes are, since entries, their nesting and address ranges are
/// counted and limited.
class DebugInfo {
public:
    /// Nothing known.
    DebugInfo() = default;
    /// `dwarf` may be null and is not needed afterwards.
    explicit DebugInfo(Dwarf* dwarf);
    /// Nothing known, for this reason.
    explicit DebugInfo(std::string damage)
        : damage_(std::move(damage))
    {
    }

    std::optional<SourceLine> line_at(std::uint32_t address) const;
    /// Innermost first; empty where nothing was inlined.
    std::vector<InlinedCall> inlines_at(std::uint32_t address) const;
    /// What could not be read, for a warning; empty if all could.
    const std::string& damage() const { return damage_; }

private:
    friend class DebugReader;
    struct Row { // holds from its address up to the next row's
        std::uint32_t address = 0;
        std::uint32_t file = 0; // in texts_
        int line = 0;           // 0: none from here
    };
    struct Call {
        std::uint32_t function = 0, file = 0; // in texts_
        int line = 0;
        std::int32_t outer = -1; // in calls_; -1: the function itself
    };
    struct Stretch { // holds from its address up to the next stretch's
        std::uint32_t address = 0;
        std::int32_t call = -1;
    };

    std::vector<std::string> texts_ {""};
    std::vector<Row> rows_;
    std::vector<Call> calls_;
    std::vector<Stretch> stretches_;
    std::string damage_;
};

} // namespace sim

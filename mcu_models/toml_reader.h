// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcu {

/// One table of a TOML file, read field by field. A field has a type and a range; what is missing,
/// of another type, or never asked for is an InputError that begins with "file.toml:LINE". Copies
/// share what they have read.
///
/// Sizes and clocks are text with a unit ("192 KiB", "120 MHz"), because a row of digits hides
/// mistakes.
class TomlTable {
public:
    /// The whole file; `file` is what messages call it.
    static TomlTable parse(std::string_view text, const std::string& file);

    /// "file.toml:12", the line of the table or of the value of `key`.
    std::string where() const;
    std::string where(std::string_view key) const;
    std::string where(std::string_view key, std::size_t element) const; // of a list
    /// "[region.timing]" or "the file": what messages call this table.
    const std::string& title() const;

    bool has(std::string_view key) const;
    bool is_table(std::string_view key) const;

    std::string text(std::string_view key) const; // never empty
    std::string text_or(std::string_view key, std::string fallback) const;
    std::vector<std::string> texts(std::string_view key) const;
    bool flag_or(std::string_view key, bool fallback) const;
    double number(std::string_view key) const; // finite; a whole number will do
    std::vector<double> numbers(std::string_view key) const; // a list of them, or one
    std::uint32_t whole_number(std::string_view key) const;
    std::uint32_t whole_number_or(std::string_view key, std::uint32_t fallback) const;
    base::Bytes bytes(std::string_view key) const; // B, KiB, MiB
    base::Hertz hertz(std::string_view key) const; // Hz, kHz, MHz

    /// `key = { ... }` or `[key]`.
    TomlTable table(std::string_view key) const;
    /// `[[key]]` or `key = [{ ... }, ...]`, at least one; none if the key is absent.
    std::vector<TomlTable> tables(std::string_view key) const;
    /// `[key.NAME]` in the order of their names; none if the key is absent.
    std::vector<std::pair<std::string, TomlTable>> named_tables(std::string_view key) const;

    /// Every key must have been asked for by now: a misspelled one would be ignored in silence.
    void refuse_other_keys() const;

    /// An InputError about `key` of this table.
    [[noreturn]] void refuse(std::string_view key, const std::string& what) const;

private:
    struct Node;
    explicit TomlTable(std::shared_ptr<const Node> node);

    std::shared_ptr<const Node> node_;
};

} // namespace mcu

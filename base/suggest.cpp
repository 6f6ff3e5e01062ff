// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/suggest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace base {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view part)
{
    auto same = [](char a, char b) { return lower(a) == lower(b); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

/// Levenshtein distance, letter case ignored.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t substituted = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string suggestion(std::string_view wrong, std::span<const std::string> names)
{
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const std::string& name : names) {
        std::size_t d = distance(wrong, name);
        bool part = wrong.size() >= 3 && contains(name, wrong);
        bool alike = d <= std::max<std::size_t>(2, wrong.size() / 3)
            && d < std::min(wrong.size(), name.size());
        if (part || alike)
            near.emplace_back(d, name);
    }
    std::sort(near.begin(), near.end());
    near.resize(std::min<std::size_t>(near.size(), 3));

    std::string text;
    for (std::size_t i = 0; i < near.size(); ++i)
        text += (i == 0 ? "did you mean " : i + 1 == near.size() ? " or " : ", ") + near[i].second;
    return text.empty() ? text : text + "?";
}

} // namespace base

// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "profiler/report/code_tables.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace report {
namespace {

using base::Align;
using traces::Profile;

struct Line {
    std::uint64_t count = 0, cycles = 0;
    traces::Costs costs;
};
using Lines = std::map<int, Line>;

std::map<std::string, Lines> lines_by_file(const Profile& profile)
{
    std::map<std::string, Lines> files;
    for (const traces::Instruction& instruction : profile.instructions) {
        if (instruction.file.empty())
            continue;
        Line& line = files[instruction.file][instruction.line];
        line.count = std::max(line.count, instruction.executions);
        line.cycles += instruction.cycles;
        add_costs(line.costs, instruction.cycles_by_cause);
    }
    return files;
}

std::uint64_t cycles_of(const Lines& lines)
{
    std::uint64_t sum = 0;
    for (const auto& [number, line] : lines)
        sum += line.cycles;
    return sum;
}

bool names(std::string_view wanted, std::string_view file)
{
    return file == wanted
        || (file.ends_with(wanted) && file[file.size() - wanted.size() - 1] == '/');
}

[[noreturn]] void report_missing(std::string_view file, const std::map<std::string, Lines>& files)
{
    if (files.empty())
        throw base::InputError(fmt::format("source file '{}'", file),
            "the run knows no source lines: the firmware has no debug information (compile it with "
            "-g)");
    std::vector<std::pair<std::uint64_t, std::string>> known;
    for (const auto& [name, lines] : files)
        known.emplace_back(cycles_of(lines), printable(name.substr(name.rfind('/') + 1)));
    std::ranges::stable_sort(known, std::greater {}, &std::pair<std::uint64_t, std::string>::first);
    constexpr std::size_t most = 10;
    std::vector<std::string> best;
    for (std::size_t i = 0; i < std::min(most, known.size()); ++i)
        best.push_back(known[i].second);
    throw base::InputError(fmt::format("source file '{}'", file),
        fmt::format("nothing of it ran; what ran is in {}{}", fmt::join(best, ", "),
            known.size() > most ? fmt::format(" and {} more", known.size() - most) : ""));
}

std::vector<std::string> split_lines(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < text.size();) {
        std::size_t end = std::min(text.find('\n', start), text.size());
        std::string line;
        for (char c : text.substr(start, end - start))
            if (c == '\t')
                line.append(4 - line.size() % 4, ' ');
            else if (c != '\r')
                line += c;
        lines.push_back(printable(line));
        start = end + 1;
    }
    return lines;
}

/// Which lines to show: those that cost something with what stands around them.
std::vector<int> shown_lines(const Lines& lines, std::size_t last)
{
    constexpr int around = 3;
    std::vector<int> shown;
    for (const auto& [number, line] : lines) {
        int next = shown.empty() ? 1 : shown.back() + 1;
        int from = number < 1 || last == 0 ? number : std::max(number - around, next);
        int to = number < 1 || number > static_cast<int>(last)
            ? number
            : std::min(number + around, static_cast<int>(last));
        for (int i = std::max(from, shown.empty() ? from : next); i < to; ++i)
            shown.push_back(i);
        if (shown.empty() || to > shown.back())
            shown.push_back(to);
    }
    return shown;
}

std::string listing(const Profile& profile, const std::string& file, const Lines& lines,
    const SourceReader& read, TextStyle style)
{
    Paint paint(style);
    std::optional<std::string> source = read(file);
    std::vector<std::string> texts = source ? split_lines(*source) : std::vector<std::string> {};
    bool too_short = source && static_cast<std::size_t>(lines.rbegin()->first) > texts.size();
    std::uint64_t total = cycles_of(lines);
    std::string text = flowed("",
        {paint.strong(printable(file)), base::scaled(real(total)) + " cycles",
            percent(real(total), real(profile.total.cycles)) + " of the run"},
        3, 2, style.width);
    if (!source)
        text += "  the file is not there: lines without text\n";
    else if (too_short)
        text += "  the file has changed since: it has fewer lines than the firmware knows\n";

    FittedTable table({{"line"}, {"count", Align::right, 4}, {"cycles"}, {"share"},
        {"", Align::left, 1}, {"waits", Align::left, 3, 16}, {"source", Align::left, 0, 30}});
    int last = -1;
    for (int number : shown_lines(lines, texts.size())) {
        if (last >= 0 && number > last + 1)
            table.add_row({"...", "", "", "", "", "", ""});
        last = number;
        std::string source_text = number >= 1 && static_cast<std::size_t>(number) <= texts.size()
            ? texts[static_cast<std::size_t>(number) - 1]
            : "";
        auto found = lines.find(number);
        if (found == lines.end()) {
            table.add_row({fmt::format("{}", number), "", "", "", "", "", source_text});
            continue;
        }
        const Line& line = found->second;
        double share = share_of_run(line.cycles, profile);
        table.add_row({number < 1 ? "?" : fmt::format("{}", number), base::scaled(real(line.count)),
            base::scaled(real(line.cycles)), percent(share, 1),
            paint.bar(base::bar(share, bar_width)), waits_text(line.costs, line.cycles),
            source_text});
    }
    return text + table.text(style.width);
}

} // namespace

std::string line_listing(
    const Profile& profile, std::string_view file, const SourceReader& read, TextStyle style)
{
    std::map<std::string, Lines> files = lines_by_file(profile);
    std::string text;
    for (const auto& [name, lines] : files)
        if (names(file, name)) {
            if (!text.empty())
                text += '\n';
            text += listing(profile, name, lines, read, style);
        }
    if (text.empty())
        report_missing(file, files);
    return text;
}

} // namespace report

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/budget_report.h"

#include "profiler/comparison/markdown.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace comparison {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(Verdict::Result result)
{
    switch (result) {
    case Verdict::Result::within:
        return "within";
    case Verdict::Result::over:
        return "over";
    case Verdict::Result::unknown:
        return "unknown";
    case Verdict::Result::not_in_baseline:
        return "not_in_baseline";
    }
    return "";
}

std::size_t count_good(const Judged& run)
{
    return static_cast<std::size_t>(std::ranges::count_if(run.verdicts, &Verdict::good));
}

std::string title_of(const Judged& run)
{
    return run.baseline.empty() ? run.name
                                : fmt::format("{} (baseline: {})", run.name, run.baseline);
}

/// What XML may hold: no control characters, no bytes that are not UTF-8.
std::string xml(std::string_view text)
{
    // Through JSON, which replaces what is not UTF-8; its quotes go again.
    std::string clean
        = Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
    clean = Json::parse(clean).get<std::string>();
    std::string result;
    for (char c : clean)
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
        }
    return result;
}

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::string cell(const std::optional<double>& value, base::Dimension dimension)
{
    return value ? base::measure_text(*value, dimension) : "";
}

} // namespace

bool Judged::good() const { return failure.empty() && count_good(*this) == verdicts.size(); }

std::string budget_text(const std::vector<Judged>& runs, bool everything, report::TextStyle style)
{
    report::Paint paint(style);
    std::string text;
    for (const Judged& run : runs) {
        text += report::printable(title_of(run)) + "\n";
        if (!run.failure.empty())
            text
                += fmt::format("  {}  {}\n", paint.alarm("FAILED"), report::printable(run.failure));
        for (const Verdict& verdict : run.verdicts)
            if (!verdict.good())
                text += fmt::format(
                    "  {}    {}\n", paint.alarm("OVER"), report::printable(sentence(verdict)));
        for (const Verdict& verdict : run.verdicts)
            if (verdict.good() && (everything || verdict.result != Verdict::Result::within))
                text += fmt::format("  {}      {}\n",
                    verdict.result == Verdict::Result::within ? "ok" : "--",
                    report::printable(sentence(verdict)));
        text += fmt::format("  {} of {} limits kept\n", count_good(run), run.verdicts.size());
    }
    return text;
}

std::string budget_markdown(const std::vector<Judged>& runs)
{
    bool good = std::ranges::all_of(runs, &Judged::good);
    std::string text = fmt::format("### mcuprof: {}\n", good ? "within budget" : "over budget");
    for (const Judged& run : runs) {
        text += fmt::format("\n**{}**{}: {} of {} limits kept\n", markdown(run.name),
            run.baseline.empty() ? "" : fmt::format(" against {}", markdown(run.baseline)),
            count_good(run), run.verdicts.size());
        if (!run.failure.empty())
            text += fmt::format("\n:x: the firmware failed: {}\n", markdown(run.failure));
        if (run.verdicts.empty())
            continue;
        text += "\n| | what | figure | value | allowed | baseline | limit "
                "|\n|---|---|---|---:|---:|---:|---|\n";
        auto add_row = [&](const Verdict& verdict) {
            text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n",
                verdict.result == Verdict::Result::within ? ":white_check_mark:"
                    : verdict.good()                      ? "new"
                                                          : ":x:",
                markdown(verdict.subject.empty() ? verdict.scope
                                                 : verdict.scope + " " + verdict.subject),
                markdown(verdict.figure),
                verdict.value ? cell(verdict.value, verdict.dimension) : "unknown",
                cell(verdict.bound, verdict.dimension), cell(verdict.baseline, verdict.dimension),
                markdown(verdict.limit));
        };
        for (const Verdict& verdict : run.verdicts)
            if (!verdict.good())
                add_row(verdict);
        for (const Verdict& verdict : run.verdicts)
            if (verdict.good())
                add_row(verdict);
    }
    return text;
}

std::string budget_junit(const std::vector<Judged>& runs)
{
    std::size_t tests = 0, failures = 0, errors = 0;
    std::string suites;
    for (const Judged& run : runs) {
        std::size_t bad = run.verdicts.size() - count_good(run);
        tests += run.verdicts.size() + 1;
        failures += bad;
        errors += !run.failure.empty();
        suites
            += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
                xml(run.name), run.verdicts.size() + 1, bad, run.failure.empty() ? 0 : 1);
        suites += fmt::format(
            "    <testcase classname=\"{}\" name=\"the firmware ends well\"", xml(run.name));
        suites += run.failure.empty()
            ? "/>\n"
            : fmt::format(">\n      <error message=\"{}\"/>\n    </testcase>\n", xml(run.failure));
        for (const Verdict& verdict : run.verdicts) {
            std::string subject
                = verdict.subject.empty() ? verdict.scope : verdict.scope + " " + verdict.subject;
            suites += fmt::format("    <testcase classname=\"{}\" name=\"{}: {}\"", xml(run.name),
                xml(subject), xml(verdict.limit));
            suites += verdict.good()
                ? "/>\n"
                : fmt::format(">\n      <failure message=\"{}\"/>\n    </testcase>\n",
                    xml(sentence(verdict)));
        }
        suites += "  </testsuite>\n";
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mcuprof\" tests=\"{}\" "
        "failures=\"{}\" errors=\"{}\">\n{}</testsuites>\n",
        tests, failures, errors, suites);
}

std::string budget_json(const std::vector<Judged>& runs)
{
    Json list = Json::array();
    for (const Judged& run : runs) {
        Json verdicts = Json::array();
        for (const Verdict& verdict : run.verdicts)
            verdicts.push_back({{"result", word_of(verdict.result)}, {"scope", verdict.scope},
                {"subject", verdict.subject}, {"figure", verdict.figure}, {"limit", verdict.limit},
                {"value", number_or_null(verdict.value)},
                {"allowed", number_or_null(verdict.bound)},
                {"baseline", number_or_null(verdict.baseline)}, {"message", sentence(verdict)}});
        list.push_back({{"name", run.name}, {"baseline", run.baseline}, {"good", run.good()},
            {"failure", run.failure}, {"verdicts", verdicts}});
    }
    Json json {{"schema", 1}, {"good", std::ranges::all_of(runs, &Judged::good)}, {"runs", list}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace comparison

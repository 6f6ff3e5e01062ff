// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/print_pdf.h"

#include "base/file.h"
#include "base/input_error.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>
#include <unistd.h>

namespace profiler {
namespace {

constexpr std::array browsers
    = {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"};

std::optional<std::filesystem::path> find_browser()
{
    for (const char* name : browsers)
        if (auto program = firmware::find_program(name))
            return program;
    return {};
}

} // namespace

void print_pdf(std::string_view page, const std::filesystem::path& file)
{
    std::optional<std::filesystem::path> browser = find_browser();
    if (!browser)
        throw base::InputError(file.string(),
            fmt::format("expected a browser to print with, found none of {} on PATH; --html works "
                        "without, and any browser prints that",
                fmt::join(browsers, ", ")));
    firmware::TemporaryFolder folder;
    std::filesystem::path source = folder.path() / "report.html",
                          printed = folder.path() / "report.pdf";
    base::write_file(source, page);
    std::vector<std::string> arguments = {"--headless", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-pdf-header-footer", "--user-data-dir=" + (folder.path() / "browser").string(),
        "--print-to-pdf=" + printed.string()};
    if (::geteuid() == 0) // its sandbox refuses to work for root; the page is ours
        arguments.emplace_back("--no-sandbox");
    arguments.push_back("file://" + source.string());
    firmware::ProcessResult result = firmware::run_process({*browser, arguments, folder.path()});
    if (result.exit_code != 0 || !std::filesystem::exists(printed)) {
        while (result.output.ends_with('\n'))
            result.output.pop_back();
        throw base::InputError(file.string(),
            fmt::format("{} did not print it: {}", browser->filename().string(),
                result.output.substr(result.output.rfind('\n') + 1)));
    }
    base::write_file(file, base::read_text(printed));
}

} // namespace profiler

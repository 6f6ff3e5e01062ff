// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/page.h"

#include "base/check.h"
#include "base/embedded_file.h"

#include <algorithm>
#include <span>

namespace embedded {
extern const std::span<const base::EmbeddedFile> report_templates;
}

namespace report::html {

std::string_view template_file(std::string_view name)
{
    auto file = std::ranges::find(embedded::report_templates, name, &base::EmbeddedFile::path);
    CHECK(file != embedded::report_templates.end());
    return file->content;
}

std::string render(std::string_view template_name, kainjow::mustache::data& values)
{
    values.set("style", std::string(template_file("report.css")));
    values.set("script", std::string(template_file("report.js")));
    kainjow::mustache::mustache page {std::string(template_file(template_name))};
    CHECK(page.is_valid());
    page.set_custom_escape([](const std::string& text) { return Markup::escaped(text).str(); });
    return page.render(values);
}

} // namespace report::html

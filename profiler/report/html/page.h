// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"

#include <kainjow/mustache.hpp>

#include <string>
#include <string_view>

namespace report::html {

/// A file of templates/, as it was built in.
std::string_view template_file(std::string_view name);

/// Fills a template of templates/ and puts style and script into it. Text is escaped as
/// Markup::escaped does; a CHECK fails if the template is wrong.
std::string render(std::string_view template_name, kainjow::mustache::data& values);

/// For {{{triple}}} braces.
inline const std::string& raw(const Markup& markup) { return markup.str(); }

} // namespace report::html

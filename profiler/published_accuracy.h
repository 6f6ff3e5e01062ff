// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/comparison_page.h"

#include <optional>
#include <string_view>

namespace profiler {

/// What the authors of a network of this name report, int8 where they do, float otherwise. The
/// number of classes of its head is not looked at: "mobilenet-v1-0.25-128:2" has the accuracy of
/// its 1000 classes. None: not one of mcuprof's networks by name, or nothing was published.
std::optional<report::html::PublishedAccuracy> published_accuracy(std::string_view target);

} // namespace profiler

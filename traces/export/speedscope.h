// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// The file format of speedscope (https://www.speedscope.app/file-format-schema.json): a sampled
/// profile per context whose weights are cycles, and an evented one of the layers in their order.
std::string to_speedscope(const Profile& profile);

} // namespace traces

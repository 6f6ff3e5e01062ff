// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"

#include <string>

namespace mcu {

/// As model files write them, exactly: "120 MHz", "32768 Hz".
std::string clock_text(base::Hertz clock);
/// "192 KiB", "1000 B".
std::string size_text(base::Bytes size);

} // namespace mcu

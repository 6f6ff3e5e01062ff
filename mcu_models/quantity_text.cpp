// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/quantity_text.h"

#include <fmt/format.h>

namespace mcu {
namespace {

std::string exactly(std::uint64_t count, std::uint64_t step, std::string_view one,
    std::string_view many, std::string_view very_many)
{
    if (count == 0 || count % step != 0)
        return fmt::format("{} {}", count, one);
    if (count % (step * step) != 0)
        return fmt::format("{} {}", count / step, many);
    return fmt::format("{} {}", count / (step * step), very_many);
}

} // namespace

std::string clock_text(base::Hertz clock)
{
    return exactly(clock.count(), 1000, "Hz", "kHz", "MHz");
}

std::string size_text(base::Bytes size) { return exactly(size.count(), 1024, "B", "KiB", "MiB"); }

} // namespace mcu

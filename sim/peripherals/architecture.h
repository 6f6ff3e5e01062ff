// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"

#include <string_view>

namespace sim {

/// What the processor's own registers look like. v7m covers Armv7E-M, v8m Armv8-M Mainline in its
/// secure state.
enum class Architecture : unsigned char { v6m, v7m, v8m };

inline Architecture architecture_of(const mcu::CoreModel& core)
{
    std::string_view name = core.architecture;
    return name.starts_with("armv6") ? Architecture::v6m
        : name.starts_with("armv7")  ? Architecture::v7m
                                     : Architecture::v8m;
}

/// A set of architectures, for tables.
enum Architectures : unsigned char {
    only_v6m = 1,
    only_v7m = 2,
    only_v8m = 4,
    from_v7m = 6,
    all_architectures = 7
};

constexpr bool contains(unsigned char architectures, Architecture architecture)
{
    return architectures >> static_cast<unsigned>(architecture) & 1;
}

} // namespace sim

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_architecture.h"
#include "mcu_models/network_catalog.h"

#include <optional>
#include <string>
#include <string_view>

/// Private to the library `networks`.
namespace networks {

/// What "efficientnet-lite0-0.35-96:10" stands for. InputError: unknown name (with the nearest
/// ones), or a width, resolution or number of classes out of range (which ones are possible).
Architecture architecture_of(std::string_view name);

/// The same, taken apart.
struct NameParts {
    const CatalogEntry* entry = nullptr;
    double width = 1;
    std::optional<int> resolution, classes;
};
NameParts parts_of(std::string_view name);

/// "0.35", "1.0": the shortest text, but with a point.
std::string width_text(double width);
/// "mobilenet-v2-0.35-96", "mcunet-vww1@96", "mlperf-kws".
std::string member_name(const CatalogEntry& entry, std::optional<double> width, int resolution);

inline constexpr int least_resolution = 32, largest_resolution = 512;
inline constexpr double least_width = 0.1, largest_width = 2;
inline constexpr int largest_classes = 10000;

} // namespace networks

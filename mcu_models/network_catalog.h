// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_architecture.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Private to the library `networks`: the rows of mcu_models/networks/*.toml.
namespace networks {

/// A row of the publication's results.
struct Published {
    std::optional<double> width;
    int resolution = 0;
    std::optional<double> million_macs, million_parameters, top1, top1_int8; // top-1 in percent
};

/// Repeated blocks of a scaled network, before width and depth.
struct Stage {
    int kernel = 3, expansion = 1, channels = 0, repeats = 1, stride = 1;
};

/// One network or family of networks. `scaled`: stages times a width, any resolution; else
/// `listed`: blocks as they are, with a resolution of their own that may be changed.
struct CatalogEntry {
    std::string name, title, source, published_source, where; // where: "networks/x.toml:12"
    bool scaled = false;
    Architecture common; // what does not depend on width, resolution and classes; blocks if listed
    bool truncating
        = false; // channels are max(8, int(c * width)) instead of the nearest multiple of 8
    bool stem_scales = false, last_scales_up = false, separable = false, ends_keep_depth = false;
    double own_width = 1, own_depth = 1;
    std::vector<Stage> stages;
    std::vector<Published> published;

    /// "mobilenet-v1[-WIDTH]-RESOLUTION[:CLASSES]".
    std::string pattern() const;
};

/// All entries, in the order of files and rows. InputError, file and line first, if a file is
/// wrong.
const std::vector<CatalogEntry>& catalog();
std::vector<CatalogEntry> parse_catalog(std::string_view text, const std::string& file);

} // namespace networks

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_architecture.h"
#include "mcu_models/network_layers.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Private to the library `networks`: the rows of mcu_models/networks/*.toml.
namespace networks {

/// A row of the publication's results.
struct Published {
    std::optional<double> width;
    int resolution = 0; // 0: the input does not scale
    std::optional<double> million_macs, million_parameters, top1, top1_int8; // accuracy in percent
};

/// Repeated blocks of a scaled network, before width and depth.
struct Stage {
    int kernel = 3, channels = 0, repeats = 1, stride = 1;
    double expansion = 1;
    bool squeezes = false; // squeeze and excite by a quarter of the hidden channels
    Nonlinearity activation = Nonlinearity::relu6;
};

/// `scaled`: stages times a width, any resolution. `listed`: blocks as they are, with a resolution
/// of their own that may be changed. `layers`: layer by layer.
enum class Form { scaled, listed, layers };

enum class LastScales { never, up, always };

/// One network or family of networks.
struct CatalogEntry {
    std::string family;                                       // of the file: "MobileNetV3"
    std::string measure;                                      // what top-1 is: "ImageNet top-1"
    std::string name, title, source, published_source, where; // where: "networks/x.toml:12"
    Form form = Form::listed;
    int resolution = 0;           // of a square RGB input; 0: scaled, or another input
    std::vector<int> input_shape; // if it is not square and RGB: it cannot be changed
    PaddingStyle padding = PaddingStyle::same;
    float input_scale = 1;
    int input_zero_point = 0;
    int classes = 0; // 0: the network does not classify

    // Of form `layers`; channels 0 is the number of classes.
    std::vector<Layer> layers;
    std::vector<int> outputs;

    // What comes before and after the blocks of the other forms.
    int stem_channels = 0;                              // 3x3, stride 2
    int last_channels = 0;                              // 1x1 before pooling; 0: none
    int embedding_channels = 0;                         // 1x1 after pooling; 0: none
    Nonlinearity ends_activation = Nonlinearity::relu6; // of these three
    bool head_is_convolution = false; // the fully connected layer as 1x1 convolution
    bool softmax = false;
    std::vector<Block> blocks; // listed

    // Of form `scaled`.
    bool truncating
        = false; // channels are max(8, int(c * width)) instead of the nearest multiple of 8
    bool stem_scales = false, separable = false, ends_keep_depth = false;
    LastScales last_scales = LastScales::never;
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_catalog.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

#include <string>

namespace {

/// A small network file in which one text is replaced.
std::string file_with(const std::string& from, const std::string& to)
{
    std::string text = R"(family = "Tiny"
[[network]]
name = "tiny"
title = "Tiny"
source = "a test"
form = "listed"
padding = "symmetric"
head = "convolution"
classes = 2
resolution = 32
input_scale = 0.5
input_zero_point = -1
stem_channels = 8
blocks = ["3 1 8 8 1 r", "5 2 16 24 2"]
published = ["- 32 1.5 - 50 -"]
measure = "accuracy"
published_source = "a test"
)";
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text)
{
    try {
        networks::parse_catalog(text, "networks/tiny.toml");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "read";
}

TEST(NetworkCatalog, ReadsBlocks)
{
    const std::vector<networks::CatalogEntry> entries
        = networks::parse_catalog(file_with("", ""), "networks/tiny.toml");
    ASSERT_EQ(entries.size(), 1U);
    const networks::CatalogEntry& entry = entries[0];
    EXPECT_EQ(entry.pattern(), "tiny[@RESOLUTION][:CLASSES]");
    ASSERT_EQ(entry.blocks.size(), 2U);
    EXPECT_FALSE(entry.blocks[0].expands);
    EXPECT_TRUE(entry.blocks[0].residual);
    EXPECT_TRUE(entry.blocks[1].expands);
    EXPECT_EQ(entry.blocks[1].kernel, 5);
    EXPECT_EQ(entry.blocks[1].hidden, 16);
    EXPECT_EQ(entry.blocks[1].channels, 24);
    EXPECT_EQ(entry.blocks[1].stride, 2);
    EXPECT_EQ(entry.published.at(0).million_macs, 1.5);
    EXPECT_FALSE(entry.published.at(0).million_parameters);
}

TEST(NetworkCatalog, RefusesWhatMakesNoNetwork)
{
    EXPECT_EQ(error_of(file_with("3 1 8 8 1 r", "3 1 9 8 1 r")),
        "networks/tiny.toml:14: block 0 does not expand its 8 channels, but has 9 hidden ones");
    EXPECT_EQ(error_of(file_with("16 24 2\"", "16 24 2 r\"")),
        "networks/tiny.toml:14: block 1 cannot add its input");
    EXPECT_EQ(error_of(file_with("16 24 2", "16 24")),
        "networks/tiny.toml:14: expected 5 numbers in a row, found 4");
    EXPECT_EQ(error_of(file_with("16 24 2", "16 0 2")),
        "networks/tiny.toml:14: expected a whole number from 1 to 65536, found '0'");
    EXPECT_EQ(error_of(file_with("symmetric", "round")),
        "networks/tiny.toml:7: 'padding' must be 'same' or 'symmetric', found 'round'");
    EXPECT_EQ(error_of(file_with("- 32 1.5", "0.5 32 1.5")),
        "networks/tiny.toml:15: a row has a width, but the network has none");
    EXPECT_NE(error_of(file_with("classes = 2", "clases = 2")), "read");
}

/// A network layer by layer in which one text is replaced.
std::string layered_with(const std::string& from, const std::string& to)
{
    std::string text = R"(family = "Tiny"
[[network]]
name = "tiny"
title = "Tiny"
source = "a test"
form = "layers"
padding = "same"
input = "8x6x1"
classes = 2
input_scale = 0.5
input_zero_point = -1
layers = [
    "stem conv 3x2/2x1 4 hard_swish",
    "side depthwise 3x3 x2 relu",
    "other conv 1x1 8 linear < stem",
    "sum add < side other",
    "mean average",
    "logits conv 1x1 classes logits",
]
published = ["- - - - - -"]
published_source = "a test"
)";
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(NetworkCatalog, ReadsLayers)
{
    const networks::CatalogEntry entry
        = networks::parse_catalog(layered_with("", ""), "networks/tiny.toml").at(0);
    EXPECT_EQ(entry.pattern(), "tiny[:CLASSES]");
    ASSERT_EQ(entry.layers.size(), 7U); // a hard swish is one of its own
    EXPECT_EQ(entry.layers[1].kind, networks::LayerKind::hard_swish);
    EXPECT_EQ(entry.layers[0].stride.height, 2);
    EXPECT_EQ(entry.layers[0].stride.width, 1);
    EXPECT_EQ(entry.layers[2].multiplier, 2);
    EXPECT_EQ(entry.layers[4].inputs, (std::vector<int> {2, 3}));
    EXPECT_EQ(entry.outputs, (std::vector<int> {6}));
}

TEST(NetworkCatalog, RefusesLayersThatMakeNoSense)
{
    EXPECT_EQ(error_of(layered_with("side other", "side nothing")),
        "networks/tiny.toml:12: no layer 'nothing' before");
    EXPECT_EQ(error_of(layered_with("mean average", "mean median")),
        "networks/tiny.toml:12: expected conv, depthwise, dense, block, add, max_pool, average, "
        "upsample, flatten or softmax, found 'median'");
    EXPECT_EQ(error_of(layered_with("3x2/2x1 4", "3x2x2 4")),
        "networks/tiny.toml:12: expected HEIGHTxWIDTH, found '3x2x2'");
    EXPECT_EQ(error_of(layered_with("other conv", "side conv")),
        "networks/tiny.toml:12: two layers 'side'");
    EXPECT_EQ(error_of(layered_with("classes = 2\n", "")),
        "networks/tiny.toml:11: 'logits conv 1x1 classes logits': the network has no 'classes'");
    EXPECT_EQ(error_of(layered_with("8x6x1", "8x6")),
        "networks/tiny.toml:8: expected FEATURES or ROWSxCOLUMNSxCHANNELS");
}

TEST(NetworkCatalog, NamesAreUniqueAndNoneHidesAnother)
{
    const std::vector<networks::CatalogEntry>& entries = networks::catalog();
    EXPECT_EQ(entries.size(), 44U);
    for (const networks::CatalogEntry& a : entries)
        for (const networks::CatalogEntry& b : entries)
            EXPECT_TRUE(&a == &b || a.name != b.name) << a.name;
}

} // namespace

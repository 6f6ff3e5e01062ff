// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_catalog.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

#include <string>

namespace {

/// A small network file in which one text is replaced.
std::string file_with(const std::string& from, const std::string& to)
{
    std::string text = R"([[network]]
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
    ASSERT_EQ(entry.common.blocks.size(), 2U);
    EXPECT_FALSE(entry.common.blocks[0].expands);
    EXPECT_TRUE(entry.common.blocks[0].residual);
    EXPECT_TRUE(entry.common.blocks[1].expands);
    EXPECT_EQ(entry.common.blocks[1].kernel, 5);
    EXPECT_EQ(entry.common.blocks[1].hidden, 16);
    EXPECT_EQ(entry.common.blocks[1].channels, 24);
    EXPECT_EQ(entry.common.blocks[1].stride, 2);
    EXPECT_EQ(entry.published.at(0).million_macs, 1.5);
    EXPECT_FALSE(entry.published.at(0).million_parameters);
}

TEST(NetworkCatalog, RefusesWhatMakesNoNetwork)
{
    EXPECT_EQ(error_of(file_with("3 1 8 8 1 r", "3 1 9 8 1 r")),
        "networks/tiny.toml:13: block 0 does not expand its 8 channels, but has 9 hidden ones");
    EXPECT_EQ(error_of(file_with("16 24 2\"", "16 24 2 r\"")),
        "networks/tiny.toml:13: block 1 cannot add its input");
    EXPECT_EQ(error_of(file_with("16 24 2", "16 24")),
        "networks/tiny.toml:13: expected 5 numbers in a row, found 4");
    EXPECT_EQ(error_of(file_with("16 24 2", "16 0 2")),
        "networks/tiny.toml:13: expected a whole number from 1 to 65536, found '0'");
    EXPECT_EQ(error_of(file_with("symmetric", "round")),
        "networks/tiny.toml:6: 'padding' must be 'same' or 'symmetric', found 'round'");
    EXPECT_EQ(error_of(file_with("- 32 1.5", "0.5 32 1.5")),
        "networks/tiny.toml:14: a row has a width, but the network has none");
    EXPECT_NE(error_of(file_with("classes = 2", "clases = 2")), "read");
}

TEST(NetworkCatalog, NamesAreUniqueAndNoneHidesAnother)
{
    const std::vector<networks::CatalogEntry>& entries = networks::catalog();
    EXPECT_EQ(entries.size(), 19U);
    for (const networks::CatalogEntry& a : entries)
        for (const networks::CatalogEntry& b : entries)
            EXPECT_TRUE(&a == &b || a.name != b.name) << a.name;
}

} // namespace

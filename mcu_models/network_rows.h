// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/network_catalog.h"
#include "mcu_models/toml_reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Private to the library `networks`: the small languages of the rows in a network file
/// (docs/adding-a-network.md). All throw InputError at the line of the key.
namespace networks {

std::vector<std::string> words_of(const std::string& row);
/// A row of positive whole numbers.
std::vector<int> numbers(const mcu::TomlTable& table, std::string_view key,
    const std::vector<std::string>& words, std::size_t count);
/// "49x10x1".
std::vector<int> read_shape(
    const mcu::TomlTable& table, std::string_view key, const std::string& word);
Nonlinearity read_nonlinearity(
    const mcu::TomlTable& table, std::string_view key, const std::string& word);

/// `KERNEL EXPANSION CHANNELS REPEATS STRIDE [se] [ACTIVATION]`.
std::vector<Stage> read_stages(const mcu::TomlTable& table, Nonlinearity activation);
/// `KERNEL EXPANSION HIDDEN CHANNELS STRIDE [seN] [r]`, after `channels` of the stem.
std::vector<Block> read_blocks(const mcu::TomlTable& table, int channels, Nonlinearity activation);
/// `NAME KIND ... [< INPUT ...]`; fills layers and outputs.
void read_layers(const mcu::TomlTable& table, CatalogEntry& entry);
std::vector<Published> read_published(const mcu::TomlTable& table, Form form);

} // namespace networks

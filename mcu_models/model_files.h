// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcu {

/// The text of a model file and what messages call it ("chips/stm32l4r5.toml").
struct ModelFile {
    std::string text, where;
};

/// The file of this name among those that are part of the program; a chip may also be a path that
/// ends in .toml. InputError with the nearest names if there is none.
ModelFile find_core_file(std::string_view name);
ModelFile find_chip_file(std::string_view name);
ModelFile find_peripheral_file(std::string_view name);

/// Of all files of networks/: what the networks that are known by name are made of.
std::string network_files_sha256();

/// Sorted.
std::vector<std::string> core_file_names();
std::vector<std::string> chip_file_names();
std::vector<std::string> peripheral_file_names();

/// What is said about a kind of peripheral that does not exist, with the nearest names.
std::string unknown_peripheral(std::string_view name);

} // namespace mcu

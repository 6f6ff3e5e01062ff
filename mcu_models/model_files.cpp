// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/model_files.h"

#include "base/embedded_file.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "base/suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace embedded {
extern const std::span<const base::EmbeddedFile> chip_files;
extern const std::span<const base::EmbeddedFile> core_files;
extern const std::span<const base::EmbeddedFile> peripheral_files;
extern const std::span<const base::EmbeddedFile> network_files;
} // namespace embedded

namespace mcu {
namespace {

constexpr std::string_view suffix = ".toml";
using Files = std::span<const base::EmbeddedFile>;

/// "chips/stm32l4r5.toml" as "stm32l4r5".
std::string stem(std::string_view path)
{
    path.remove_prefix(path.rfind('/') + 1);
    path.remove_suffix(suffix.size());
    return std::string(path);
}

std::vector<std::string> names_in(Files files)
{
    std::vector<std::string> names;
    for (const base::EmbeddedFile& file : files)
        names.push_back(stem(file.path));
    std::ranges::sort(names);
    return names;
}

ModelFile find(Files files, std::string_view kind, std::string_view name)
{
    for (const base::EmbeddedFile& file : files)
        if (stem(file.path) == name)
            return {std::string(file.content), std::string(file.path)};
    std::string hint = base::suggestion(name, names_in(files));
    throw base::InputError(std::string(name),
        fmt::format("no {} of this name{}", kind, hint.empty() ? "" : "; " + hint));
}

} // namespace

ModelFile find_core_file(std::string_view name) { return find(embedded::core_files, "core", name); }

ModelFile find_chip_file(std::string_view name)
{
    constexpr std::size_t largest_chip_file = 1 << 20;
    if (name.ends_with(suffix))
        return {base::read_text(name, largest_chip_file), std::string(name)};
    return find(embedded::chip_files, "chip", name);
}

ModelFile find_peripheral_file(std::string_view name)
{
    return find(embedded::peripheral_files, "peripheral", name);
}

std::string unknown_peripheral(std::string_view name)
{
    std::string hint = base::suggestion(name, peripheral_file_names());
    return fmt::format("unknown kind of peripheral '{}'{}", name, hint.empty() ? "" : "; " + hint);
}

std::string network_files_sha256()
{
    std::string parts;
    for (const base::EmbeddedFile& file : embedded::network_files)
        parts += base::sha256_hex(file.content);
    return base::sha256_hex(parts);
}

std::vector<std::string> core_file_names() { return names_in(embedded::core_files); }
std::vector<std::string> chip_file_names() { return names_in(embedded::chip_files); }
std::vector<std::string> peripheral_file_names() { return names_in(embedded::peripheral_files); }

} // namespace mcu

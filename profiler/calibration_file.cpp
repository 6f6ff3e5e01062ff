// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/calibration_file.h"

#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/quantity_text.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>

#include <cstdlib>

namespace profiler {
namespace {

constexpr std::string_view suffix = ".toml";
constexpr std::size_t largest_file = 1 << 16;
constexpr double most_milliamperes = 2000;

std::filesystem::path user_folder()
{
    if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder && *folder)
        return folder;
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : ".") / ".config";
}

/// A text of a TOML file: what would end it is escaped.
std::string toml_text(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result + "\"";
}

double number_between(const mcu::TomlTable& table, std::string_view key, double low, double high)
{
    double value = table.number(key);
    if (value < low || value > high)
        table.refuse(key, fmt::format("'{}' must be from {} to {}, found {}", key, low, high, value));
    return value;
}

} // namespace

std::filesystem::path calibration_path(std::string_view chip_as_given)
{
    std::filesystem::path given(chip_as_given);
    if (chip_as_given.ends_with(suffix))
        return given.replace_extension(".calibration.toml");
    return user_folder() / "mcuprof" / "calibrations" / (std::string(chip_as_given) + std::string(suffix));
}

std::string calibration_text(const mcu::Calibration& calibration, const mcu::ChipModel& chip)
{
    return fmt::format("# Written by mcuprof calibrate: what one board draws beside what the chip's data sheet says.\n"
                       "chip = {}\n"
                       "platform_ma = {:.6g}\n"
                       "activity = {:.6g}\n"
                       "error = {:.4g}\n"
                       "source = {}\n",
        toml_text(chip.name), 1e3 * calibration.platform_current, calibration.activity, calibration.error, toml_text(calibration.source));
}

mcu::Calibration parse_calibration(std::string_view text, const std::string& where, std::string_view chip)
{
    mcu::TomlTable file = mcu::TomlTable::parse(text, where);
    if (std::string of = file.text("chip"); of != chip)
        file.refuse("chip", fmt::format("a calibration of '{}', asked for '{}'", of, chip));
    mcu::Calibration calibration;
    calibration.platform_current = number_between(file, "platform_ma", 0, most_milliamperes) / 1e3;
    calibration.activity = number_between(file, "activity", mcu::network_activity.low, mcu::network_activity.high);
    calibration.error = number_between(file, "error", 0, 1);
    calibration.source = file.text("source");
    calibration.file = where;
    file.refuse_other_keys();
    return calibration;
}

void use_calibration(mcu::ChipModel& chip, std::string_view chip_as_given, const std::string& file)
{
    if (file == "none")
        return;
    std::filesystem::path path = file.empty() ? calibration_path(chip_as_given) : std::filesystem::path(file);
    if (file.empty() && !std::filesystem::exists(path))
        return;
    if (!chip.power)
        throw base::InputError(path.string(), fmt::format("nobody says what {} draws: nothing to calibrate", chip.name));
    mcu::PowerModel power = *chip.power;
    power.calibration = parse_calibration(base::read_text(path, largest_file), path.string(), chip.name);
    chip.power = std::make_shared<const mcu::PowerModel>(std::move(power));
}

} // namespace profiler

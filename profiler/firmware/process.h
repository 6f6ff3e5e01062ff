// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firmware {

/// A program to run in a folder, without a shell. It gets PATH, LC_ALL=C and TMPDIR=folder and
/// nothing else of our environment, so that no user's settings reach what it makes.
struct Command {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::filesystem::path folder;
};

struct ProcessResult {
    int exit_code = 0;  // 128 + signal if a signal ended it
    std::string output; // what it wrote to stdout and stderr
};

/// Runs it to its end. InputError if it cannot be started; Interrupted (its whole process group is
/// ended first) if a signal came that ends us.
ProcessResult run_process(const Command& command);

/// Where PATH has the program, links resolved.
std::optional<std::filesystem::path> find_program(std::string_view name);

} // namespace firmware

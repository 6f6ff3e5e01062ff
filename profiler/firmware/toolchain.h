// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"
#include "profiler/firmware/cache.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

namespace firmware {

/// The compiler ran and said no: its message, and the folder that holds what it was given.
class CompilerFailed : public base::InputError {
public:
    using base::InputError::InputError;
};

/// The cross compiler, arm-none-eabi-gcc, as PATH has it.
///
/// Needs gcc-arm-none-eabi and newlib's nano C library. Used for compiling, assembling and linking;
/// no shell, no make. Safe to use from several threads.
class Toolchain {
public:
    /// InputError naming the Debian package if there is no compiler.
    Toolchain();

    /// The compiler's version and the hash of the C library it links for these flags: what else
    /// than our own sources decides about the firmware's bytes. Asked once a compiler, then
    /// remembered in the cache.
    std::string identity(const std::vector<std::string>& core_flags, const Cache& cache);

    /// Runs the compiler in `folder`. CompilerFailed with its own message if it fails.
    void run(const std::filesystem::path& folder, const std::vector<std::string>& arguments);

    /// How often a compiler was started: 0 if the cache had it all.
    int runs() const { return runs_; }

private:
    std::string ask(const std::vector<std::string>& arguments);

    std::filesystem::path compiler_;
    std::atomic<int> runs_ = 0;
};

} // namespace firmware

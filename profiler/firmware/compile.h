// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"
#include "profiler/firmware/cache.h"
#include "profiler/firmware/project.h"
#include "profiler/firmware/toolchain.h"

#include <cstdint>
#include <string>

namespace firmware {

/// The linker found a region of the linker script too small.
struct RegionOverflow {
    std::string region;
    std::uint64_t bytes = 0; // too few
};

/// The ELF file of the project, compiled in a temporary folder with `jobs` compilers at once, or as
/// the cache has it. Objects of files that many networks share (kernels, start-up) are cached by
/// themselves. Throws RegionOverflow, or what Toolchain::run throws: then the temporary folder is
/// kept.
base::ByteVector compile(
    const Project& project, Toolchain& toolchain, const Cache& cache, unsigned jobs);

} // namespace firmware

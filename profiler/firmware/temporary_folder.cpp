// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/temporary_folder.h"

#include "base/input_error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace firmware {

TemporaryFolder::TemporaryFolder()
{
    std::error_code error;
    std::filesystem::path parent = std::filesystem::temp_directory_path(error);
    if (error)
        throw base::InputError(
            "TMPDIR", "expected a folder for temporary files: " + error.message());
    std::string pattern = (parent / "mcuprof-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw base::InputError(parent.string(),
            std::string("no temporary folder can be made: ") + std::strerror(errno));
    path_ = std::filesystem::canonical(pattern); // compilers see through links
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored; // nobody is left to tell
    if (!kept_)
        std::filesystem::remove_all(path_, ignored);
}

} // namespace firmware

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/support/expected_text.h"

#include "base/file.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace support {

void expect_text(const std::filesystem::path& expected, const std::string& actual)
{
    if (const char* rewrite = std::getenv("MCUPROF_REWRITE"); rewrite && *rewrite == '1') {
        base::write_file(expected, actual);
        return;
    }
    ASSERT_TRUE(std::filesystem::exists(expected))
        << expected << " is missing; MCUPROF_REWRITE=1 writes it";
    EXPECT_EQ(base::read_text(expected), actual)
        << "differs from " << expected << "; MCUPROF_REWRITE=1 rewrites it";
}

} // namespace support

// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace base {

void check_failed(const char* condition, const char* file, int line)
{
    std::fprintf(stderr, "mcuprof: internal error at %s:%d: %s does not hold. Please report this.\n", file, line, condition);
    std::abort();
}

} // namespace base

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace base {

/// Says which promise was broken, where, and ends the program.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

} // namespace base

/// What must hold unless *we* made a mistake. Checked in release builds too; never for input.
#define CHECK(condition)                                                                            \
    do {                                                                                            \
        if (!(condition)) [[unlikely]]                                                              \
            ::base::check_failed(#condition, __FILE__, __LINE__);                                   \
    } while (false)

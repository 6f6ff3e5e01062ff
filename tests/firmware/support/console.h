// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Prints through semihosting (SYS_WRITE0), without a library: %d, %u, %s, %c, %x (as many digits
/// as needed) and %X (eight).
void say(const char* format, ...);

/// Ends the run (SYS_EXIT_EXTENDED).
__attribute__((noreturn)) void finish(int code);

#ifdef __cplusplus
}
#endif

// SPDX-License-Identifier: MIT
#pragma once

#include <stdint.h>

// Console and exit through a debugger or simulator (Arm "Semihosting for AArch32 and AArch64",
// operations SYS_WRITE0 and SYS_EXIT_EXTENDED). Without one attached the BKPT is a fault, so this
// is for test firmware.

void semihosting_write(const char* text);                     // zero-terminated
void semihosting_write_hex(const void* bytes, int32_t count); // two lower-case digits a byte
void semihosting_write_decimal(uint32_t number);
_Noreturn void semihosting_exit(int32_t code);

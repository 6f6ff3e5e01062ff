// SPDX-License-Identifier: MIT
#include "semihosting.h"

enum { sys_write0 = 0x04, sys_exit_extended = 0x20 };
enum { application_exit = 0x20026 }; // ADP_Stopped_ApplicationExit

static void call(uint32_t operation, const void* argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void* r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void semihosting_write(const char* text) { call(sys_write0, text); }

void semihosting_write_hex(const void* bytes, int32_t count)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t* const byte = bytes;
    char text[65];
    int32_t used = 0;
    for (int32_t i = 0; i < count; ++i) {
        text[used++] = digits[byte[i] >> 4];
        text[used++] = digits[byte[i] & 15];
        if (used == 64 || i == count - 1) {
            text[used] = 0;
            semihosting_write(text);
            used = 0;
        }
    }
}

void semihosting_write_decimal(uint32_t number)
{
    char text[11];
    char* first = text + 10;
    *first = 0;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    semihosting_write(first);
}

_Noreturn void semihosting_exit(int32_t code)
{
    const uint32_t block[2] = {application_exit, (uint32_t)code};
    call(sys_exit_extended, block);
    for (;;) { }
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum { sys_write0 = 0x04, sys_exit_extended = 0x20 };
enum { application_exit = 0x20026 }; // ADP_Stopped_ApplicationExit

static void semihosting(uint32_t operation, const void* argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void* r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static char* put_number(char* to, uint32_t number, uint32_t base, int digits)
{
    char text[10];
    int count = 0;
    while (number || count < digits) {
        text[count++] = "0123456789abcdef"[number % base];
        number /= base;
    }
    while (count)
        *to++ = text[--count];
    return to;
}

void say(const char* format, ...)
{
    char line[160];
    char* to = line;
    va_list arguments;
    va_start(arguments, format);
    for (; *format && to < line + sizeof line - 12; ++format) {
        if (*format != '%') {
            *to++ = *format;
            continue;
        }
        switch (*++format) {
        case 'd': {
            int32_t number = va_arg(arguments, int32_t);
            if (number < 0)
                *to++ = '-';
            to = put_number(to, number < 0 ? 0 - (uint32_t)number : (uint32_t)number, 10, 1);
            break;
        }
        case 'u':
            to = put_number(to, va_arg(arguments, uint32_t), 10, 1);
            break;
        case 'x':
            to = put_number(to, va_arg(arguments, uint32_t), 16, 1);
            break;
        case 'X':
            to = put_number(to, va_arg(arguments, uint32_t), 16, 8);
            break;
        case 'c':
            *to++ = (char)va_arg(arguments, int);
            break;
        case 's':
            for (const char* text = va_arg(arguments, const char*);
                 *text && to < line + sizeof line - 1;)
                *to++ = *text++;
            break;
        default:
            *to++ = *format;
        }
    }
    va_end(arguments);
    *to = 0;
    semihosting(sys_write0, line);
}

void finish(int code)
{
    const uint32_t block[2] = {application_exit, (uint32_t)code};
    semihosting(sys_exit_extended, block);
    for (;;) { }
}

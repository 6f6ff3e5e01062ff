// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prints through a serial port, the CMSDK UART of qemu's mps2 boards: waits until there is room,
// writes a character; polled, as first programs do.
#include "processor.h"

#include "console.h"

#include <stdint.h>

#ifdef __ARM_ARCH_8M_MAIN__
#define UART 0x40200000
#else
#define UART 0x40004000
#endif
#define UART_DATA REGISTER(UART)
#define UART_STATE REGISTER(UART + 0x04)
#define UART_CONTROL REGISTER(UART + 0x08)
#define UART_DIVIDER REGISTER(UART + 0x10)

enum { transmit_full = 1, receive_full = 2, transmit_enable = 1 };

static void put(char character)
{
    while (UART_STATE & transmit_full) { }
    UART_DATA = (uint8_t)character;
}

static void print(const char* text)
{
    while (*text)
        put(*text++);
}

static void print_number(uint32_t number)
{
    if (number >= 10)
        print_number(number / 10);
    put((char)('0' + number % 10));
}

int main(void)
{
    UART_DIVIDER = 16;
    UART_CONTROL = transmit_enable;
    print("hello, serial port\n");
    for (uint32_t i = 0, square = 0; i < 10; square += 2 * i++ + 1) {
        print_number(square);
        put(i < 9 ? ' ' : '\n');
    }
    print_number(UART_CONTROL);
    print_number(UART_STATE & receive_full);
    print("\n");
    return 0;
}

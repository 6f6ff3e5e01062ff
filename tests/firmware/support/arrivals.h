// SPDX-License-Identifier: GPL-2.0-or-later
//
// Three interrupts that note that they came.
#pragma once

#include "processor.h"

static volatile unsigned came;

void interrupt_0_handler(void) { came |= 1; }
void interrupt_1_handler(void) { came |= 2; }
void interrupt_2_handler(void) { came |= 4; }

/// Who came since this was asked last.
static inline unsigned arrived(void)
{
    barrier();
    const unsigned result = came;
    came = 0;
    return result;
}

/// The lower the number, the more urgent.
static inline void enable_arrivals(void)
{
    set_priority(0, 0x40);
    set_priority(1, 0x80);
    set_priority(2, 0xC0);
    NVIC_ISER = 7;
}

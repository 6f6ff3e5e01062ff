// SPDX-License-Identifier: GPL-2.0-or-later
//
// What newlib asks its host for: console, command line, clock, heap. Facts only: times and names
// differ from host to host.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint32_t call(uint32_t operation, const void* argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void* r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void at_end(void) { puts("at end"); }

int main(void)
{
    atexit(at_end);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("one character at a time\n");
    setvbuf(stdout, NULL, _IOLBF, 128);
    fprintf(stdout, "a line at once\n");
    write(1, "written\n", 8);

    char text[256] = "";
    uint32_t block[2] = {(uint32_t)(uintptr_t)text, sizeof text};
    const uint32_t failed = call(0x15, block); // SYS_GET_CMDLINE
    printf("command line: %u, not empty: %d, as long as it says: %d\n", (unsigned)failed,
        text[0] != 0, strlen(text) == block[1]);

    const clock_t before = clock();
    const uint32_t ticks = call(0x10, 0); // SYS_CLOCK: centiseconds
    for (volatile int i = 0; i < 1000; ++i) { }
    printf("clock goes on: %d, %d\n", clock() >= before, call(0x10, 0) >= ticks);
    printf("time: %d\n", time(NULL) != (time_t)-1);

    FILE* missing = fopen("no/such/file", "r");
    printf("missing file: %s, errno %d\n", missing ? "opened" : "refused", errno != 0);
    printf("is a terminal or not: %d\n", isatty(1) == 0 || isatty(1) == 1);
    const char* kept = getenv("HOME");
    printf("environment: %s\n", kept ? "some" : "none");
    exit(0);
}

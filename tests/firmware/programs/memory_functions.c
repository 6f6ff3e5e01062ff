// SPDX-License-Identifier: GPL-2.0-or-later
//
// memcpy and its family at every alignment and many lengths, against loops of our own; strings.
#include "console.h"

#include <stdint.h>
#include <string.h>

static uint8_t from[256], to[256], expected[256];

static void reset(void)
{
    for (int i = 0; i < 256; ++i) {
        from[i] = (uint8_t)(i * 91 + 7);
        to[i] = expected[i] = (uint8_t)(255 - i);
    }
}

static int failures(void (*call)(int, int, int), void (*own)(int, int, int))
{
    int wrong = 0;
    for (int source = 0; source < 4; ++source)
        for (int target = 0; target < 4; ++target)
            for (int length = 0; length < 70; length = length * 5 / 4 + 1) {
                reset();
                call(target, source, length);
                own(target, source, length);
                wrong += memcmp(to, expected, sizeof to) != 0;
            }
    return wrong;
}

static void copy(int target, int source, int length)
{
    memcpy(to + target, from + source, (size_t)length);
}
static void own_copy(int target, int source, int length)
{
    for (volatile int i = 0; i < length; ++i)
        expected[target + i] = from[source + i];
}
static void move_up(int target, int source, int length)
{
    memmove(to + source + target, to + source, (size_t)length);
}
static void own_move_up(int target, int source, int length)
{
    for (volatile int i = length - 1; i >= 0; --i)
        expected[source + target + i] = expected[source + i];
}
static void set(int target, int source, int length)
{
    memset(to + target, source * 50 + 3, (size_t)length);
}
static void own_set(int target, int source, int length)
{
    for (volatile int i = 0; i < length; ++i)
        expected[target + i] = (uint8_t)(source * 50 + 3);
}

int main(void)
{
    say("memcpy %d, memmove %d, memset %d\n", failures(copy, own_copy),
        failures(move_up, own_move_up), failures(set, own_set));
    reset();
    char text[64] = "alpha";
    strcat(text, ",beta");
    strncat(text, ",gamma", 8);
    say("%s %u %d %d %s\n", text, (unsigned)strlen(text), strcmp("abc", "abd") < 0,
        strncmp("abcdef", "abcxyz", 3), strchr(text, 'b'));
    say("%s %u %u\n", strstr(text, "gam"), (unsigned)strspn("112233x", "123"),
        (unsigned)((const uint8_t*)memchr(from, from[100], 256) - from));
    const char* rest = text;
    for (const char* comma; (comma = strchr(rest, ',')); rest = comma + 1)
        say("[%u]", (unsigned)(comma - rest));
    say("[%u]\n", (unsigned)strlen(rest));
    return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
//
// Firmware that tries to get at files it was not given. Each attempt must fail with an error code, and nothing else happen.
#include <errno.h>
#include <stdio.h>

static const char* const names[] = {"/etc/passwd", "../secret.txt", "given/../../secret.txt", "link.txt", "up/secret.txt", "pipe", "given", ""};
static const char* const modes[] = {"r", "w", "a", "r+"};

int main(void)
{
    for (unsigned name = 0; name < sizeof names / sizeof *names; ++name)
        for (unsigned mode = 0; mode < sizeof modes / sizeof *modes; ++mode) {
            errno = 0;
            FILE* file = fopen(names[name], modes[mode]);
            printf("%s %s: %s %d\n", names[name], modes[mode], file ? "OPENED" : "refused", errno);
        }
    printf("remove %d, rename %d\n", remove("../secret.txt"), rename("link.txt", "mine.txt"));
    // A file of 2 GiB that is but a hole.
    FILE* large = fopen("large.bin", "wb");
    int written = large && fseek(large, 0x7ffffff0, SEEK_SET) == 0 && fputc('x', large) == 'x' && fflush(large) == 0;
    printf("large %s, %s, errno %d\n", large ? "opened" : "refused", written ? "WRITTEN" : "not written", errno);
    return 0;
}

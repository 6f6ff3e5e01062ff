// SPDX-License-Identifier: GPL-2.0-or-later
//
// Files of the host through newlib's standard I/O and semihosting, as a benchmark that reads its input would use them; then
// what must not work.
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void check(const char* what, long found, long expected)
{
    printf("%s %ld%s\n", what, found, found == expected ? "" : " WRONG");
}

static void write_and_read(void)
{
    FILE* file = fopen("squares.bin", "wb");
    check("opened", file != NULL, 1);
    for (int i = 0; i < 1000; ++i) {
        int square = i * i;
        fwrite(&square, sizeof square, 1, file);
    }
    check("closed", fclose(file), 0);

    file = fopen("squares.bin", "rb");
    int square = 0;
    check("sought", fseek(file, 500 * (long)sizeof square, SEEK_SET), 0);
    check("read", (long)fread(&square, sizeof square, 1, file), 1);
    check("square", square, 250000);
    check("sought the end", fseek(file, 0, SEEK_END), 0);
    check("length", ftell(file), 4000);
    check("read behind it", (long)fread(&square, sizeof square, 1, file), 0);
    check("end", feof(file) != 0, 1);
    fclose(file);
}

static void append_and_update(void)
{
    FILE* file = fopen("notes.txt", "w");
    fprintf(file, "first %d\n", 1);
    fclose(file);
    file = fopen("notes.txt", "a");
    fprintf(file, "second %.2f\n", 2.5);
    fclose(file);
    file = fopen("notes.txt", "r+");
    fseek(file, 6, SEEK_SET);
    fputc('9', file);
    fclose(file);
    char line[32];
    file = fopen("notes.txt", "r");
    while (fgets(line, sizeof line, file))
        printf("line %s", line);
    fclose(file);
}

/// newlib's rename() knows links only, and has none here.
static int semihosting_rename(const char* from, const char* to)
{
    struct {
        const char* from;
        size_t from_length;
        const char* to;
        size_t to_length;
    } block = {from, strlen(from), to, strlen(to)};
    register int operation __asm__("r0") = 0x0f;
    register void* parameter __asm__("r1") = &block;
    __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(parameter) : "memory");
    return operation;
}

static void rename_and_remove(void)
{
    check("renamed", semihosting_rename("notes.txt", "old.txt"), 0);
    check("gone", fopen("notes.txt", "r") == NULL, 1);
    check("error", errno, ENOENT);
    check("removed", remove("old.txt"), 0);
    check("removed again", remove("old.txt"), -1);
}

int main(void)
{
    write_and_read();
    append_and_update();
    rename_and_remove();
    FILE* input = fopen("given/input.txt", "r");
    char word[16] = "";
    check("scanned", input ? fscanf(input, "%15s", word) : -1, 1);
    printf("word %s\n", word);
    fclose(input);
    return 0;
}

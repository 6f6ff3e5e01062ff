// SPDX-License-Identifier: GPL-2.0-or-later
//
// newlib's printf, sscanf and strtod with every kind of number.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    printf("%d %+d %05d %-5d| %x %#X %o %c %s %.3s %%\n", -42, 42, 42, 42, 0xBEEFu, 0xBEEFu, 8u,
        'z', "text", "truncated");
    printf("%lld %llu %llx\n", -0x7FFFFFFFFFFFFFFFll - 1, ~0ull, 0x0123456789ABCDEFull);
    const double numbers[]
        = {0, 1, -1.5, 3.14159265358979, 1e-7, 6.02214076e23, 1e300, 123456.789, 0.1, 2.0 / 3};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i)
        printf("%f %.3e %g %10.2f|\n", numbers[i] > 1e200 ? 0 : numbers[i], numbers[i], numbers[i],
            numbers[i] > 1e20 ? 0 : numbers[i]);
    printf("%f %f %f\n", (double)INFINITY, -(double)INFINITY, (double)NAN);
    int a = 0, b = 0;
    double c = 0;
    char word[16] = "";
    const int count = sscanf("12 -7 2.5e3 word", "%d %d %lf %15s", &a, &b, &c, word);
    printf("%d: %d %d %.1f %s\n", count, a, b, c, word);
    printf("%.17g %.9g %ld\n", strtod("0.30000000000000004", NULL), (double)strtof("1.1", NULL),
        strtol("-0x7f", NULL, 16));
    char buffer[64];
    snprintf(buffer, sizeof buffer, "%*d|%-*d|%.*f", 6, 12, 6, 34, 2, 5.678);
    puts(buffer);
    return 0;
}

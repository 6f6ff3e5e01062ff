# Flags reach the next cycle only: ADCS; ADCS take 2 (jnk0le cortex_m7.md; quinapalus.com/cm7cycles.html).
    adcs r0, r1
    adcs r2, r3

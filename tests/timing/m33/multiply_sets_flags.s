# MULS sets flags in its second stage: 2 cycles (jnk0le cortex_m33.md).
    muls r0, r1, r0
    nop.w

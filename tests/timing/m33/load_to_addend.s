# A loaded value is an addend without a wait (jnk0le cortex_m33.md).
    ldr r3, [r0]
    mla r4, r1, r2, r3

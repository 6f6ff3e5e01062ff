# One instruction between hides it (jnk0le cortex_m33.md).
    ldr r1, [r0]
    nop
    adds r2, r1, #1

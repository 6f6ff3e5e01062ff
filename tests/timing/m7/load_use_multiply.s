# A multiplier reads early: one cycle more (jnk0le cortex_m7.md).
    ldr r1, [r0]
    mul r2, r1, r3

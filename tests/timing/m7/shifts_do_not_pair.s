# One inline shift a cycle (jnk0le cortex_m7.md).
    add r0, r1, r2, lsl #3
    add r3, r4, r5, lsl #3

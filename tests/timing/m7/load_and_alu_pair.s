# A load and an independent addition pair (jnk0le cortex_m7.md).
    ldr r1, [r0]
    adds r2, #1

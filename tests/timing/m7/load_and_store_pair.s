# A load and a store pair (jnk0le cortex_m7.md).
    ldr r1, [r0]
    str r2, [r3]

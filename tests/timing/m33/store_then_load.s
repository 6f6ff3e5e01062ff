# A load behind a store does not wait (jnk0le cortex_m33.md).
    str r1, [r0]
    ldr r2, [r0, #4]

# Loads issue each cycle (jnk0le cortex_m33.md).
    ldr r1, [r0]
    ldr r2, [r0, #4]

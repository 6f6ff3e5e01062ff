# An updated base is not an address in the same cycle (jnk0le cortex_m7.md).
    ldr r1, [r0], #4
    ldr r2, [r0]

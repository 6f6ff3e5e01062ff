# Two words that differ in bit 2 of their address are loaded at once (jnk0le cortex_m7.md).
    ldr r1, [r0]
    ldr r2, [r0, #4]

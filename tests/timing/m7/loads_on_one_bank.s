# Two words with equal bit 2 of their address lie in one bank (jnk0le cortex_m7.md).
    ldr r1, [r0]
    ldr r2, [r0, #8]

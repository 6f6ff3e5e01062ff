# A loaded address waits as any other use does (jnk0le cortex_m33.md).
    ldr r1, [r0]
    ldr r2, [r1]

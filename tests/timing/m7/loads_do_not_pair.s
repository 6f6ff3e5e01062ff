# Two loads pair on different banks only, which is left out (jnk0le cortex_m7.md).
    ldr r1, [r0]
    ldr r2, [r0, #8]

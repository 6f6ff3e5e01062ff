# No address interlock (jnk0le cortex_m33.md).
    adds r0, #4
    ldr r1, [r0]

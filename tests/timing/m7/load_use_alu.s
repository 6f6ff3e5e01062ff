# A loaded word is there for the late ALU in the next cycle (jnk0le cortex_m7.md).
    ldr r1, [r0]
    adds r2, r1, #1

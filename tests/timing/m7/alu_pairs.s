# Two simple instructions a cycle (jnk0le cortex_m7.md).
    adds r0, #1
    adds r1, #1
    adds r2, #1
    adds r3, #1

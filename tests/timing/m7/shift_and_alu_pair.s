# An inline shift and a plain instruction pair (jnk0le cortex_m7.md).
    add r0, r1, r2, lsl #3
    adds r3, #1

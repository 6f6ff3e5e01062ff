# The result of a shifted operand has latency 2 (jnk0le cortex_m33.md).
    add r0, r1, r2, lsl #3
    adds r3, r0, #1

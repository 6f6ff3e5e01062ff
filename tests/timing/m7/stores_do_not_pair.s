# One store a cycle (jnk0le cortex_m7.md).
    str r1, [r0]
    str r2, [r0, #4]

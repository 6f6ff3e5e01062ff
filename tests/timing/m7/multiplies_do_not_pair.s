# One multiply a cycle (jnk0le cortex_m7.md).
    mul r0, r1, r2
    mul r3, r4, r5

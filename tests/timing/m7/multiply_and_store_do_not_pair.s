# A multiply and a store do not pair (jnk0le cortex_m7.md).
    mul r0, r1, r2
    str r3, [r4]

# A product has latency 2 (jnk0le cortex_m7.md).
    mul r0, r1, r2
    adds r3, r0, #1

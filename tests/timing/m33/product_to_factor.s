# As a factor it waits (jnk0le cortex_m33.md).
    mul r0, r1, r2
    mla r3, r0, r4, r3

# Sum to sum takes 1 (jnk0le cortex_m7.md).
    mla r0, r1, r2, r0
    mla r0, r3, r4, r0

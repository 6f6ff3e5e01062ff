# A sum of products is the next addend without a wait (jnk0le cortex_m33.md).
    mla r0, r1, r2, r0
    mla r0, r3, r4, r0

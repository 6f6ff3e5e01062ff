# An extension leads a pair (jnk0le cortex_m7.md).
    uxtb r0, r1
    adds r2, #1

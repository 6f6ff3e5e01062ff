# It is slot 0 only (jnk0le cortex_m7.md).
    adds r2, #1
    uxtb r0, r1

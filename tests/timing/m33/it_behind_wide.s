# Only 16-bit instructions take an IT along (jnk0le cortex_m33.md).
    cmp.w r0, r1
    it eq
    moveq r2, r3

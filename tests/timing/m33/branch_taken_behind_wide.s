# Behind a 32-bit instruction nothing pairs: 2 (jnk0le cortex_m33.md).
# path: taken
    subs r3, #1
    add.w r0, r0, r1
    bne 1f
    nop.w
1:
    nop.w

# Taken, behind a 16-bit instruction that sets no flags: 1 (jnk0le cortex_m33.md).
# path: taken
    subs r3, #1
    add r0, r1
    bne 1f
    nop.w
1:
    nop.w

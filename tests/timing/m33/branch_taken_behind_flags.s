# Taken, right behind its flags: 2 (jnk0le cortex_m33.md).
# path: taken
    subs r3, #1
    bne 1f
    nop.w
1:
    nop.w

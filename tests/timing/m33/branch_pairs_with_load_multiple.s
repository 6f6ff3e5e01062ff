# A taken branch pairs with a load multiple: 4 and 1 (jnk0le cortex_m33.md).
# path: taken
    subs r7, #1
    ldmia r6!, {r0-r3}
    bne 1f
    nop.w
1:
    nop.w

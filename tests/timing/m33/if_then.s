# IT pairs with the instruction before (jnk0le cortex_m33.md).
    cmp r0, #0
    it eq
    moveq r1, #1

# A loaded byte arrives a cycle later (jnk0le cortex_m7.md).
    ldrb r1, [r0]
    adds r2, r1, #1

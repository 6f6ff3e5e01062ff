# A plain shift does not take a shifted operand along (jnk0le cortex_m7.md, operand2 matrix).
    lsl r0, r1, #3
    eor r2, r3, r4, lsl #2

# Plain shifts pair (jnk0le cortex_m7.md, operand2 matrix).
    lsl r0, r1, #3
    lsr r2, r3, #4

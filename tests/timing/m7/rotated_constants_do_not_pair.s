# Two rotated constants share the shifter (jnk0le cortex_m7.md, operand2 matrix).
    eor r0, r1, #0x1fc0
    eor r3, r4, #0x1fc0

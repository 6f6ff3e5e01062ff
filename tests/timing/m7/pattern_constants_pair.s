# Constants repeated as a pattern need no shifter (jnk0le cortex_m7.md, operand2 matrix).
    eor r0, r1, #0x1b1b1b1b
    eor r3, r4, #0x1b1b1b1b

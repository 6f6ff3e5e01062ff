# An operand shifted on its way is read in the first stage: behind the late ALU it waits (jnk0le cortex_m7.md).
    eor r0, r1, r2
    eor r3, r4, r0, lsl #3

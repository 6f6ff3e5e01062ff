# UBFX reads its operand in the first stage: behind the late ALU it waits (jnk0le cortex_m7.md).
    eor r0, r1, r2
    ubfx r3, r0, #3, #4

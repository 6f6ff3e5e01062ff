# A logical operation is done in the late ALU: as an address its result waits a cycle more (jnk0le cortex_m7.md).
    eor r0, r1, r2
    ldr r3, [r0]

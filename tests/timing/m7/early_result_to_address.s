# An addition done in the early ALU is an address in the next cycle (jnk0le cortex_m7.md).
    add r0, r1, r2
    eor r5, r6, r7
    ldr r3, [r0]

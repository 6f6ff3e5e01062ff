# Additions enter the early ALU from the older slot only; from the younger one the result is late for an address (jnk0le cortex_m7.md).
    eor r5, r6, r7
    add r0, r1, r2
    ldr r3, [r0]

# An addition in the older slot is done early; a logical operation beside it takes the result late (jnk0le cortex_m7.md).
    add r0, r1, r2
    eor r3, r0, r4

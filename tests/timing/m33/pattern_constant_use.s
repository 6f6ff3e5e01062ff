# Constants repeated as a pattern take one stage (jnk0le cortex_m33.md).
    eor r0, r1, #0x1b1b1b1b
    add.w r2, r0, r3

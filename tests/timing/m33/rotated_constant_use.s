# A rotated constant goes through two stages: 2 until used (jnk0le cortex_m33.md).
    eor r0, r1, #0x1fc0
    add.w r2, r0, r3

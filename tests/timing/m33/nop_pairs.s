# A NOP issues beside arithmetic, arithmetic not beside a NOP (jnk0le cortex_m33.md).
    adds r0, #1
    nop
    nop
    adds r1, #1

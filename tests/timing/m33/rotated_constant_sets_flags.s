# Flags of an operation on a rotated constant: 2 cycles (jnk0le cortex_m33.md).
    adds.w r0, r1, #0x1fc0
    nop.w

# Flags of an operation on a shifted register come a cycle later (jnk0le cortex_m33.md).
# path: not taken
    adds.w r0, r1, r2, lsl #3
    beq 1f
    nop.w
1:
    nop.w

# A 16-bit branch that is not taken costs nothing beside a 16-bit instruction, even one that sets its flags (jnk0le cortex_m33.md).
# path: not taken
    adds r3, r4
    beq 1f
    nop.w
1:
    nop.w

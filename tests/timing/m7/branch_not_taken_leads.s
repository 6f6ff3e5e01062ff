# A branch that is not taken takes the next instruction along (jnk0le cortex_m7.md). Forward: guessed so.
# path: not taken
    cmp r0, #0
    adds r1, #1
    beq 1f
    adds r2, #1
1:
    nop

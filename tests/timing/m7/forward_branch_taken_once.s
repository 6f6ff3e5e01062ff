# A forward branch met for the first time is guessed not taken: 8 more (jnk0le cortex_m7.md; TRM: static guess).
# path: taken
    cmp r0, #0
    beq 1f
    adds r2, #1
1:
    nop

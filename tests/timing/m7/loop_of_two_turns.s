# Backward branches are predicted taken, 1; the exit of a loop is mispredicted, 8 (jnk0le cortex_m7.md).
# path: taken, not taken
    movs r0, #2
1:
    subs r0, #1
    bne 1b

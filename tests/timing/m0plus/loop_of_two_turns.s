# Bcc takes 2 taken, 1 not taken (Arm DDI0484C table 3-1).
# path: taken, not taken
    movs r0, #2
1:
    subs r0, #1
    bne 1b

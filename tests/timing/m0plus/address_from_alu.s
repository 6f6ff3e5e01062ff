# No address interlock (Arm DDI0484C table 3-1).
    adds r0, #4
    ldr r1, [r0]

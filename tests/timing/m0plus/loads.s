# A load takes 2 and loads do not pipeline: one bus (Arm DDI0484C table 3-1).
    ldr r1, [r0]
    ldr r2, [r0, #4]

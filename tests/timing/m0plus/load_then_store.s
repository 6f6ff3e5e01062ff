# A store behind a load takes 2 as well (Arm DDI0484C table 3-1).
    ldr r1, [r0]
    str r1, [r2]

# Data processing and the fast multiplier take one cycle (Arm DDI0484C table 3-1).
    adds r0, #1
    lsls r1, r0, #3
    muls r2, r0, r2
    rev r3, r2

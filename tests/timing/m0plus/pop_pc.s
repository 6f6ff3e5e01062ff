# POP with pc takes 3 + N, pc counted (Arm DDI0484C table 3-1).
    pop {r4, pc}

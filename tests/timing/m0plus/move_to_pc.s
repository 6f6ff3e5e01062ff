# A write to pc takes 2 (Arm DDI0484C table 3-1).
    mov pc, r3

# CPS and NOP take 1 (Arm DDI0484C table 3-1).
    cpsid i
    nop

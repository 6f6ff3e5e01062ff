# B takes 2 (Arm DDI0484C table 3-1).
    b 1f
    nop
1:
    nop

# BL takes 3, BX lr takes 2 (Arm DDI0484C table 3-1).
    bl 1f
    nop
    b 2f
1:
    bx lr
2:
    nop

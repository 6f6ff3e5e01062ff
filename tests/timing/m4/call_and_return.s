# BL takes 2, BX lr takes 3 (model B: P = 1, indirect P = 2).
    bl 1f
    nop
    b 2f
1:
    bx lr
2:
    nop

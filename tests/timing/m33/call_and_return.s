# BL and BX take 2 (not published; from memory).
    bl 1f
    nop
    b 2f
1:
    bx lr
2:
    nop

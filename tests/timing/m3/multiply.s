# MUL takes one cycle (Arm 100165 table 3-1).
    mul r0, r1, r2

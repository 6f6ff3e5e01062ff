# BL at 2 modulo 4: 32-bit instructions are not slower there (Arm DDI0484C table 3-1).
# address: 2
    bl 1f
1:

# VMOV of one register 1, of two 2 (Arm DDI0439D table 7-1).
    vmov s0, r0
    vmov r1, s2
    vmov r2, r3, d3

# A shifted operand is free (Arm DDI0439D table 3-1).
    add r0, r1, r2, lsl #3
    add r0, r0, r2, lsl #3

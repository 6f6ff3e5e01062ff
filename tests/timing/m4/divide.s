# A divide ends early; the mean of 2 to 12 is charged (Arm DDI0439D table 3-1; model B: DIV 7).
    udiv r0, r1, r2

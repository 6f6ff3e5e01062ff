# STREX takes 2 (Arm DDI0439D table 3-1).
    strex r2, r1, [r0]

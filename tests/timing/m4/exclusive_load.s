# LDREX takes 2 (Arm DDI0439D table 3-1).
    ldrex r1, [r0]

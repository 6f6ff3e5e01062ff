# STRD takes 3 (Arm DDI0439D table 3-1).
    strd r2, r3, [r0]

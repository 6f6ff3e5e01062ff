# LDRD takes 3 (Arm DDI0439D table 3-1).
    ldrd r2, r3, [r0]

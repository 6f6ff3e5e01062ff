# Sums of products follow each other without a wait (Arm DDI0439D table 3-1).
    smlad r0, r1, r2, r0
    smlad r0, r3, r4, r0
    smlad r0, r5, r6, r0

# LDR to pc takes at least 5 (Arm DDI0439D table 3-1).
    ldr pc, [r0]

# LDM of N takes 1 + N (Arm DDI0439D table 3-1).
    ldmia r0!, {r1-r4}

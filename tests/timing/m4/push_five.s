# PUSH of N takes 1 + N (Arm DDI0439D table 3-1).
    push {r4-r7, lr}

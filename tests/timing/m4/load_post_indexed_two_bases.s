# Post-indexed loads on two bases pipeline (model B).
    ldr r1, [r0], #4
    ldr r2, [r3], #4

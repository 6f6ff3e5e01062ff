# A load takes two cycles; whoever uses its result waits no longer (model B).
    ldr r1, [r0]
    adds r2, r1, #1

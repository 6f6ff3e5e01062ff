# One instruction between hides the address interlock (model B).
    adds r0, #4
    nop
    ldr r1, [r0]

# A quotient is an address like any other result (model B).
    udiv r0, r1, r2
    ldr r3, [r0]

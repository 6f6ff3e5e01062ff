# A product is data processing to the address interlock (model B).
    mla r0, r1, r2, r3
    ldr r4, [r0]

# A store of a register offset takes 1 behind a load (model B).
    ldr r1, [r0]
    str r3, [r2, r4]

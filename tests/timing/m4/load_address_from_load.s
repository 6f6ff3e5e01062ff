# A load whose address the load before wrote does not pipeline behind it (model B).
    ldr r1, [r0]
    ldr r2, [r1]

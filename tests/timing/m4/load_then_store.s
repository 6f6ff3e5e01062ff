# LDR; STR of an immediate offset take 2 together, the stored value may be the loaded one (model B).
    ldr r1, [r0]
    str r1, [r2, #4]

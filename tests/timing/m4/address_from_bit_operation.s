# Bit operations are data processing to the address interlock (model B).
    uxtb r0, r0
    ldrb r1, [r2, r0]

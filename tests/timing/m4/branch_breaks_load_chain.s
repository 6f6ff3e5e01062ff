# Loads pipeline only back to back (model B).
    ldr r1, [r0]
    b 1f
1:
    ldr r2, [r0]

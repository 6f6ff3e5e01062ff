# Bytes and halfwords pipeline as words do (model B).
    ldrb r1, [r0]
    ldrh r2, [r0, #4]
    ldrsb r3, [r0, r4]

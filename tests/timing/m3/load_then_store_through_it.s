# A store whose address the load before wrote does not hide behind it (model B).
    ldr r1, [r0]
    str r2, [r1]

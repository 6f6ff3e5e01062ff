# Only the first load behind a store waits for it (model B).
    str r1, [r0]
    ldr r2, [r0, #4]
    ldr r3, [r0, #8]

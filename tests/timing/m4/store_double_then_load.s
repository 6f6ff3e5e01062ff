# A load behind STRD waits for nothing (model B: STR; LDR only).
    strd r2, r3, [r0]
    ldr r1, [r0]

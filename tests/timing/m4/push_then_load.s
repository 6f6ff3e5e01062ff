# Behind PUSH a load does not wait as it does behind a single store (model B: STR; LDR only).
    push {r4}
    ldr r0, [r1]

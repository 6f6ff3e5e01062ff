# A load behind a skipped one begins a chain (model B).
# operands: skipped
    cmp r0, #0
    it eq
    ldreq r1, [r0]
    ldr r2, [r0]

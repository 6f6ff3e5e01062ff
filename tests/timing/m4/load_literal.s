# A literal is a load; a load behind it pipelines (model B).
    ldr r0, [pc, #4]
    ldr r1, [pc, #4]

# Nothing is pipelined behind a store: the load waits one cycle (model B).
    str r1, [r0]
    ldr r2, [r0, #4]

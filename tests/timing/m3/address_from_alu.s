# A load whose address the instruction before computed waits one cycle (model B: AGU interlock).
    adds r0, #4
    ldr r1, [r0]

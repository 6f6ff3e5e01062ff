# N loads in a row that do not need each other take N + 1 (model B; Arm DDI0439D table 3-1).
    ldr r1, [r0]
    ldr r2, [r0, #4]
    ldr r3, [r0, #8]

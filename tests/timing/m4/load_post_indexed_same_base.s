# A post-indexed load writes the address of the next: no chain (model B).
    ldr r1, [r0], #4
    ldr r2, [r0], #4

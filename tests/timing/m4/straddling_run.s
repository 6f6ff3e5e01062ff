# The third 32-bit instruction in a row at 2 modulo 4 starves the prefetch buffer, once a run (model B).
    nop
    add.w r0, r0, #1
    add.w r1, r1, #1
    add.w r2, r2, #1
    add.w r3, r3, #1

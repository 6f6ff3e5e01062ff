# Two are no run (model B).
    nop
    add.w r0, r0, #1
    add.w r1, r1, #1

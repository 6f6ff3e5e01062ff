# 32-bit instructions at 0 modulo 4 cost nothing more (model B).
    add.w r0, r0, #1
    add.w r1, r1, #1
    add.w r2, r2, #1
    add.w r3, r3, #1

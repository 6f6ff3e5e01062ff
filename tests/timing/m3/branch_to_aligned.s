# A 32-bit branch target at 0 modulo 4 does not (model B).
    nop
    b 1f
1:
    add.w r0, r0, #1

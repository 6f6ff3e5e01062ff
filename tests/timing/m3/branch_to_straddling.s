# A 32-bit branch target at 2 modulo 4 needs a second fetch (model B).
    b 1f
1:
    add.w r0, r0, #1

# Neither does a 16-bit one at 2 modulo 4 (model B).
    b 1f
1:
    nop

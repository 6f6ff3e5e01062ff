# B takes 1 and a refill of 1 (model B: P = 1).
    b 1f
    nop
1:
    nop

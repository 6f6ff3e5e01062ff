# POP with pc takes 1 + N and the refill of an indirect branch, 2 (model B: P = 2).
    pop {r4, pc}

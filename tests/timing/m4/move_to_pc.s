# A data operation that writes pc is an indirect branch (model B: indirect P = 2).
    mov pc, r3

# CBZ is a branch like the others (model B: P = 1).
# path: taken
    cbz r0, 1f
    nop
1:
    nop

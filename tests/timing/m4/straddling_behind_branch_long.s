# The straddling branch target is the first of a run, which starves at the third (model B).
    b 1f
1:
    add.w r0, r0, #1
    add.w r1, r1, #1
    add.w r2, r2, #1

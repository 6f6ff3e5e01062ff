# An aligned instruction ends a run; the next run pays again (model B).
    nop
    add.w r0, r0, #1
    add.w r1, r1, #1
    add.w r2, r2, #1
    nop
    nop
    add.w r0, r0, #1
    add.w r1, r1, #1
    add.w r2, r2, #1

# A store of a register offset takes 2 (model B).
    str r3, [r2, r4]

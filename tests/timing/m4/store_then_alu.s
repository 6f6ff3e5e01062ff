# Behind a store only loads wait (model B).
    str r1, [r0]
    adds r2, #1

# Only the address of a store is needed early, not its value (model B).
    adds r1, #4
    str r1, [r0]

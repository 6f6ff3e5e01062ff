# IT takes a cycle of its own (model B: IT 1).
    cmp r0, #0
    it eq
    moveq r1, #1

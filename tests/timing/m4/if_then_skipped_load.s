# A load whose condition fails takes one cycle and no memory (Arm DDI0439D table 3-1: a failed condition is
# one cycle).
# operands: skipped
    cmp r0, #0
    it eq
    ldreq r1, [r0]

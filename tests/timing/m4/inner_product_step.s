# Two chained loads, two widenings, a SMLAD: a turn of the inner loop of an int8 kernel (model B).
# path: taken
    ldr r1, [r0], #4
    ldr r2, [r3], #4
    sxtb16 r4, r1
    sxtb16 r5, r2
    smlad r6, r4, r5, r6
    subs r7, #1
    bne 1f
1:

# A loop pays the refill on each way back and none at its exit (model B: P = 1).
# path: taken, not taken
    movs r0, #2
1:
    subs r0, #1
    bne 1b

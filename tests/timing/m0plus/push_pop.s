# PUSH and POP of N take 1 + N (Arm DDI0484C table 3-1).
    push {r4-r6}
    pop {r4-r7}

# A load behind a store does not wait (Arm DDI0484C table 3-1).
    str r1, [r0]
    ldrb r2, [r0, r3]

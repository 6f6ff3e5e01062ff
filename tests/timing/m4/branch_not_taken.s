# A conditional branch that falls through takes 1 (Arm DDI0439D table 3-1).
    cmp r0, #0
    beq 1f
    nop
1:
    nop

# MRS, CPS, DSB, ISB, NOP take one cycle with nothing to drain (Arm DDI0439D table 3-1).
    mrs r0, primask
    cpsid i
    dsb
    isb
    nop

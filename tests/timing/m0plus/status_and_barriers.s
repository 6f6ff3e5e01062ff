# MRS, DMB and ISB take 3 (Arm DDI0484C table 3-1).
    mrs r0, primask
    dmb
    isb

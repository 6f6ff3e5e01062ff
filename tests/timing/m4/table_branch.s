# TBB takes 2 and the refill of an indirect branch (Arm DDI0439D table 3-1: 2 + P).
    tbb [r0, r1]

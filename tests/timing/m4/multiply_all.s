# Every multiply and multiply-accumulate takes one cycle (Arm DDI0439D table 3-1).
    mul r0, r1, r2
    mla r0, r1, r2, r3
    mls r0, r1, r2, r3
    umull r4, r5, r1, r2
    smlal r4, r5, r1, r2
    smlad r6, r1, r2, r3
    umaal r4, r5, r1, r2

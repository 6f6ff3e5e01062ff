# SIMD and saturating instructions take one cycle (Arm DDI0439D table 3-1).
    sxtb16 r0, r1
    pkhbt r2, r0, r1, lsl #16
    sadd16 r3, r0, r1
    qadd r4, r0, r1
    ssat r5, #8, r4
    usad8 r6, r0, r1

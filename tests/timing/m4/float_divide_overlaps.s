# Integer instructions go on while VDIV works (Arm DDI0439D table 7-1).
    vdiv.f32 s0, s1, s2
    adds r0, #1
    adds r1, #1

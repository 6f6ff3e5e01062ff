# There is one divider (Arm DDI0439D table 7-1).
    vdiv.f32 s0, s1, s2
    vsqrt.f32 s3, s4

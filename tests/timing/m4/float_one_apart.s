# One instruction between hides it (Arm DDI0439D table 7-1).
    vadd.f32 s0, s1, s2
    nop
    vmul.f32 s3, s0, s1

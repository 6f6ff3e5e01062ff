# The result of an addition used by the next instruction waits one cycle (Arm DDI0439D table 7-1).
    vadd.f32 s0, s1, s2
    vmul.f32 s3, s0, s1

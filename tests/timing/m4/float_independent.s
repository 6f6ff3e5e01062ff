# Independent additions issue each cycle (Arm DDI0439D table 7-1).
    vadd.f32 s0, s1, s2
    vadd.f32 s3, s4, s5

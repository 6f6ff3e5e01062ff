# Who needs the quotient waits for the 14 cycles (Arm DDI0439D table 7-1).
    vdiv.f32 s0, s1, s2
    vadd.f32 s3, s0, s1

# As a factor it is a result like others: one cycle (Arm DDI0439D table 7-1 and hazards below it).
    vfma.f32 s0, s1, s2
    vfma.f32 s3, s0, s4

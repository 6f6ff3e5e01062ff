# VFMA takes three (Arm DDI0439D table 7-1).
    vfma.f32 s0, s1, s2

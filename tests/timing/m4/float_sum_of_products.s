# The sum of a VFMA is the addend of the next without a wait (Arm DDI0439D table 7-1 and hazards below it).
    vfma.f32 s0, s1, s2
    vfma.f32 s0, s3, s4

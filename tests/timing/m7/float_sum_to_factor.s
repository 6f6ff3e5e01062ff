# VFMA to a factor: 5 (jnk0le cortex_m7.md).
    vfma.f32 s0, s1, s2
    vfma.f32 s5, s0, s4

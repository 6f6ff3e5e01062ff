# No VADD in the three cycles behind VFMA (jnk0le cortex_m7.md).
    vfma.f32 s0, s1, s2
    vadd.f32 s3, s4, s5

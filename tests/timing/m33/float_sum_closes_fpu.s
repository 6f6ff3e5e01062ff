# Behind VFMA no floating-point instruction for two cycles (jnk0le cortex_m33.md).
    vfma.f32 s0, s1, s2
    vadd.f32 s3, s4, s5

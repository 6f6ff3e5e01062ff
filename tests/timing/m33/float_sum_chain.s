# VFMA to the addend of the next: 3, as to a factor (jnk0le cortex_m33.md).
    vfma.f32 s0, s1, s2
    vfma.f32 s0, s3, s4

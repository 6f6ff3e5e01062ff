# Integer instructions go on behind VFMA (jnk0le cortex_m33.md).
    vfma.f32 s0, s1, s2
    add.w r0, r0, r1
    add.w r2, r2, r3
    vfma.f32 s0, s1, s0

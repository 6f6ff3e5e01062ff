# VADD to the data of VSTR: 1 (jnk0le cortex_m7.md).
    vadd.f32 s0, s1, s2
    vstr s0, [r0]

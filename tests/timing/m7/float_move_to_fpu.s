# VMOV of a core register: 3 until used (jnk0le cortex_m7.md).
    vmov s0, r0
    vadd.f32 s1, s0, s2

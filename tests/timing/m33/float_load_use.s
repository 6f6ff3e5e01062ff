# VLDR has latency 2 (jnk0le cortex_m33.md).
    vldr s0, [r0]
    vadd.f32 s1, s0, s2

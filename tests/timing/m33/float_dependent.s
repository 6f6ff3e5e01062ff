# VADD has latency 2 (jnk0le cortex_m33.md).
    vadd.f32 s0, s1, s2
    vadd.f32 s3, s0, s1

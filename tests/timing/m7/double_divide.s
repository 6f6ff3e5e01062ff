# VDIV of doubles: 30 cycles (jnk0le cortex_m7.md).
    .fpu fpv5-d16
    vdiv.f64 d0, d1, d2

# LDRD takes one cycle (jnk0le cortex_m7.md).
    ldrd r2, r3, [r0]

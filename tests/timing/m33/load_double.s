# LDRD takes 2 (jnk0le cortex_m33.md).
    ldrd r2, r3, [r0]

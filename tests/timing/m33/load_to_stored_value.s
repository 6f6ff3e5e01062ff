# A loaded value is stored without a wait: data is read late (jnk0le cortex_m33.md).
    ldr r1, [r0]
    str r1, [r2]

# PUSH of N takes N / 2, rounded up, alone (jnk0le cortex_m7.md).
    push {r4-r7, lr}

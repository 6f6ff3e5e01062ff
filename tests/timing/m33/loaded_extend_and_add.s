# What was loaded does not reach the sum of SXTAB a cycle sooner, as it does a MAC (jnk0le cortex_m33.md).
    ldr r0, [r1]
    sxtab r3, r0, r2

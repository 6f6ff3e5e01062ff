# A loaded value waits one cycle: latency 2 (jnk0le cortex_m33.md).
    ldr r1, [r0]
    adds r2, r1, #1

# No load-use latency (jnk0le cortex_m0.md).
    ldr r1, [r0]
    adds r1, #1

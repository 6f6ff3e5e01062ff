# Two arithmetic instructions do not pair (jnk0le cortex_m33.md).
    adds r0, #1
    adds r1, #1

# Simple results are there at once (jnk0le cortex_m33.md).
    adds r0, #1
    adds r0, #1

# The sum of SXTAB chains every cycle (jnk0le cortex_m33.md).
    sxtab r0, r0, r1
    sxtab r0, r0, r2

# MOVW; MOVT pair (jnk0le cortex_m7.md).
    movw r0, #1
    movt r0, #2

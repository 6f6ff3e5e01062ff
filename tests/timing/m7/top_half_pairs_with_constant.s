# MOVW and MOVT pair although they depend on each other (jnk0le cortex_m7.md).
    movw r0, #0x1234
    movt r0, #0x5678

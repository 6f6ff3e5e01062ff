# Addends are read behind the late ALU: a word loaded beside the MLA may be one (jnk0le cortex_m7.md).
    ldr r1, [r0]
    mla r2, r3, r4, r1

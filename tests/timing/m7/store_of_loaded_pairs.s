# The data of a store is read last: a word loaded beside it may be stored (jnk0le cortex_m7.md).
    ldr r1, [r0]
    str r1, [r2]

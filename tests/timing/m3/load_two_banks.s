# Loads from two banks do not pipeline (jnk0le cortex_m3m4.md: same block of memory only).
# operands: near, far
    ldr r1, [r0]
    ldr r2, [r3]

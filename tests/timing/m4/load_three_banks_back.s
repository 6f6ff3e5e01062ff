# Each change of the bank begins a chain anew (jnk0le cortex_m3m4.md: same block of memory only).
# operands: near, far, near
    ldr r1, [r0]
    ldr r2, [r3]
    ldr r4, [r0]

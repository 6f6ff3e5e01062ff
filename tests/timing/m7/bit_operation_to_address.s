# The result of a bit operation waits a cycle more as an address (jnk0le cortex_m7.md).
    uxtb r0, r1
    ldr r3, [r0]

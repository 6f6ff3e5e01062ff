# Of SXTAB only the extended register is read early (jnk0le cortex_m7.md).
    eor r0, r1, r2
    sxtab r3, r0, r4

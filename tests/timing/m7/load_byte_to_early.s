# A byte is there a cycle later than a word, and two for a first stage (jnk0le cortex_m7.md).
    ldrb r1, [r0]
    eor r2, r3, r1, lsl #2

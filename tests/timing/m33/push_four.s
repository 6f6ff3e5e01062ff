# LDM, STM, PUSH and POP of N take exactly N (jnk0le cortex_m33.md).
    push {r4-r7}

# Flags set three cycles before: a wrong guess costs 6 (jnk0le cortex_m7.md).
# path: taken
    cmp r0, #0
    mul r1, r2, r3
    mul r4, r5, r6
    mul r8, r9, r10
    mul r11, r12, r12
    beq 1f
    adds r2, #1
1:
    nop

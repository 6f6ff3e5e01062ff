# 64 aligned bits are fetched a cycle: a branch to the second word of eight bytes finds one instruction there (TRM).
    add.w r0, r0, r1
    b 1f
    nop
    nop.w
1:
    add.w r1, r1, r2
    add.w r3, r4, r5
    add.w r6, r7, r8

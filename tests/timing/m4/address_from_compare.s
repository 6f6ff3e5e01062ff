# A compare writes no register: no interlock (model B).
    cmp r0, #4
    ldr r1, [r0]

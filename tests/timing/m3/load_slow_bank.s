# In a slow bank the first load of a chain takes one cycle more, the others do not (fitted to STM32L4R5 SRAM3
# and STM32F207 SRAM2).
# operands: slow, slow, slow
    ldr r1, [r0]
    ldr r2, [r0, #4]
    ldr r3, [r0, #8]

# A store of an immediate offset takes 1: the write buffer has it (TRM text: STR Rx,[Ry,#imm] is always one
# cycle).
    str r3, [r2, #4]

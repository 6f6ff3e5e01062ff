# SDIV takes 7 (LLVM ARMScheduleM7.td).
    sdiv r0, r1, r2

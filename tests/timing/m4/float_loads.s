# VLDR 2 or 3, VSTR 2 or 3, VLDM 1 + words (Arm DDI0439D table 7-1).
    vldr s0, [r0]
    vldr d1, [r0, #8]
    vstr s4, [r0]
    vstr d3, [r0, #8]
    vldmia r0, {s8-s10}

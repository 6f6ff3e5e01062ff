# A load behind LDM begins a chain of its own (Arm DDI0439D table 3-1: LDM never pipelines with its
# neighbors).
    ldmia r0, {r1, r2}
    ldr r3, [r4]

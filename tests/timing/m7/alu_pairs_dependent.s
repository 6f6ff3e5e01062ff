# Dependent additions pair: early and late ALU (jnk0le cortex_m7.md; quinapalus.com/cm7cycles.html).
    adds r0, #1
    adds r0, #1

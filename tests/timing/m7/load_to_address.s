# Data to address takes 3 (quinapalus.com/cm7cycles.html).
    ldr r1, [r0]
    ldr r2, [r1]

# LDM waits for its address like a load (model B).
    adds r0, #4
    ldmia r0, {r1, r2}

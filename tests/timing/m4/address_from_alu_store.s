# A store waits for its address like a load (model B: AGU interlock).
    adds r0, #4
    str r1, [r0]

# MOVW, MOVT and the load behind them: interlock once (model B).
    movw r0, #1
    movt r0, #2
    ldr r1, [r0]

-- A store of schema version 1 with one run, as mcuprof 0.1 wrote it; run 7 was added and removed.
INSERT INTO string (id, value) VALUES (1, 'conv'), (2, 'conv.c'), (3, 'nop');
INSERT INTO cost (id, name, unit, meaning) VALUES (1, 'issue', 'cycles', 'one cycle to issue');
INSERT INTO run VALUES (2, '2026-01-02T03:04:05Z', 'keywords.tflite', 'tflite', 'stm32l4r5', 'cortex-m4', 120000000, 'dsp',
    'greedy', '0.1.0', '', '', 'blocks', 'flash 5 WS', 'complete', -0.07, 0.07, 'exited', 0, '', 0, '',
    30, 30, 5, 5, 1, 1, NULL, NULL, NULL, 1, 1, 2, 3, 4, 655360, 2, 0, 5, 6, 7, 2097152, 'hello');
INSERT INTO run_cost VALUES (2, 0, 1, 30);
INSERT INTO layer VALUES (2, 0, 0, 'layer_000_conv_2d', 'conv', 'CONV_2D', 'conv', 5, 5, 20, 20, 0, 0, 8, 4, 1, 4, 0, NULL, NULL, NULL),
    (2, 1, -1, '(outside layers)', '', '', '', 0, 0, 10, 10, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO layer_cost VALUES (2, 0, 1, 20), (2, 1, 1, 10);
INSERT INTO function VALUES (2, 0, 1, 2, 12, 134217728, 32, 1, 30, 30, 30);
INSERT INTO function_cost VALUES (2, 0, 1, 30);
INSERT INTO instruction VALUES (2, 0, 134217728, 2, 3, 1, 2, 12, 30, 30);
INSERT INTO instruction_cost VALUES (2, 0, 1, 30);
UPDATE sqlite_sequence SET seq = 7 WHERE name = 'run';

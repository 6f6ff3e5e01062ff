-- The run store: one SQLite file of profiles. docs/trace-schema.md explains it to readers; a test holds
-- that page, this file and the code together.
--
-- A run is added in one transaction and never changed afterwards, only removed as a whole. `position` is
-- the place of a row in its list, from 0. Counts are exact integers; figures in bytes, cycles, hertz, joules.
-- Tables may change between schema versions; the views at the end are what queries should read. A column that is
-- newer than version 1 has a default: the runs of older stores get it.

PRAGMA application_id = 0x6d637570; -- "mcup": says that the file is ours
PRAGMA user_version = 3;            -- the version of this schema; older ones are brought up to it, newer ones refused

-- Texts that many rows share (file names, mnemonics), each once. Removing a run leaves its texts here.
--   value: the text
CREATE TABLE string (
    id    INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE
) STRICT;

-- What can be charged for: causes of cycles, terms of energy. A new one is a row, not a change of schema.
CREATE TABLE cost (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL, -- "load_wait": the key in JSON and reports
    unit    TEXT NOT NULL, -- "cycles", "fJ"
    meaning TEXT NOT NULL, -- one sentence for people
    UNIQUE (name, unit, meaning)
) STRICT;

-- One row per simulated run, with all that is said once about it. An id is never used again.
--   sram_capacity: SRAM of the chip
--   flash_code: kernels and runtime
--   flash_weights: weights of the network
--   flash_capacity: flash of the chip
CREATE TABLE run (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- the number people type: mcuprof show 17
    created_at        TEXT    NOT NULL, -- ISO 8601 UTC; the only clock in the store
    target            TEXT    NOT NULL, -- what was profiled, as given: file or network name
    kind              TEXT    NOT NULL, -- tflite, network, elf
    chip              TEXT    NOT NULL, -- name of the chip model
    core              TEXT    NOT NULL, -- name of the core model
    clock_hz          INTEGER NOT NULL CHECK (clock_hz >= 0),
    kernels           TEXT    NOT NULL, -- kernel set: reference, dsp, ...
    planner           TEXT    NOT NULL, -- how tensors were placed
    tool_version      TEXT    NOT NULL, -- of mcuprof
    target_sha256     TEXT    NOT NULL, -- of the network's content
    elf_sha256        TEXT    NOT NULL, -- of the firmware that ran
    mode              TEXT    NOT NULL, -- blocks, exact
    setup             TEXT    NOT NULL, -- the chip's settings for people: "flash 5 WS, ART on"
    placement         TEXT    NOT NULL DEFAULT '', -- which memories hold code, weights, arena, stack, data; empty for an ELF
    timing            TEXT    NOT NULL, -- complete, provisional
    cycles_error_low  REAL    NOT NULL, -- expected relative error of the cycles, -0.07; 0 and 0: unknown
    cycles_error_high REAL    NOT NULL, -- the same, upper end
    supply            TEXT    NOT NULL DEFAULT '', -- what the energy holds for: "SMPS, 3 V, range 1"; empty: energy unknown
    supply_volts      REAL    NOT NULL DEFAULT 0,  -- at the supply pin; 0: energy unknown
    energy_basis      TEXT    NOT NULL DEFAULT '', -- calibrated, or the grade of the chip's currents; empty: energy unknown
    outcome           TEXT    NOT NULL, -- exited, fault, instruction_limit, ...
    exit_code         INTEGER NOT NULL, -- of the firmware
    outcome_message   TEXT    NOT NULL, -- why it stopped, for people; empty for a good end
    outcome_pc        INTEGER NOT NULL CHECK (outcome_pc BETWEEN 0 AND 4294967295), -- where it stopped
    outcome_function  TEXT    NOT NULL, -- the function there
    outcome_file      TEXT    NOT NULL DEFAULT '', -- the source file there; empty: not known
    outcome_line      INTEGER NOT NULL DEFAULT 0,  -- 0: not known
    outcome_instruction TEXT  NOT NULL DEFAULT '', -- what stands there, disassembled
    outcome_registers TEXT    NOT NULL DEFAULT '[]', -- after a bad end: r0 to r15 and xpsr as JSON
    cycles            INTEGER NOT NULL CHECK (cycles >= 0),        -- of the inference
    instructions      INTEGER NOT NULL CHECK (instructions >= 0),  -- executed in the inference
    macs              INTEGER NOT NULL CHECK (macs >= 0),          -- multiply-accumulates of the network, from its graph
    executed_macs     INTEGER NOT NULL CHECK (executed_macs >= 0), -- multiply-accumulates of the instructions executed
    cycles_outside_inference       INTEGER NOT NULL CHECK (cycles_outside_inference >= 0),       -- start-up, reporting
    instructions_outside_inference INTEGER NOT NULL CHECK (instructions_outside_inference >= 0), -- the same, executed
    energy_joules     REAL, -- of the inference; NULL (all three): unknown
    energy_low        REAL, -- lower end of what the grades of the figures allow
    energy_high       REAL, -- upper end
    fits              INTEGER NOT NULL CHECK (fits IN (0, 1)), -- 1: SRAM and flash suffice
    sram_static       INTEGER NOT NULL CHECK (sram_static >= 0), -- .data and .bss without the arena
    sram_arena        INTEGER NOT NULL CHECK (sram_arena >= 0),  -- activations and scratch as placed
    sram_stack        INTEGER NOT NULL CHECK (sram_stack >= 0),  -- the deepest it was, measured
    sram_heap         INTEGER NOT NULL CHECK (sram_heap >= 0),   -- the most it was, measured
    sram_capacity     INTEGER NOT NULL CHECK (sram_capacity >= 0),
    sram_activations  INTEGER NOT NULL CHECK (sram_activations >= 0), -- in the arena at its peak
    sram_scratch      INTEGER NOT NULL CHECK (sram_scratch >= 0),     -- in the arena at its peak
    flash_code        INTEGER NOT NULL CHECK (flash_code >= 0),
    flash_weights     INTEGER NOT NULL CHECK (flash_weights >= 0),
    flash_constants   INTEGER NOT NULL CHECK (flash_constants >= 0), -- kernel parameters, tables
    flash_capacity    INTEGER NOT NULL CHECK (flash_capacity >= 0),
    console           TEXT    NOT NULL -- what the firmware printed, bytes as they came
) STRICT;

-- Cycles of the whole run by cause; lists every cause the model knows, in its order, zero or not.
CREATE TABLE run_cost (
    run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- Energy of the whole run by term; lists every term, in order, zero or not. No rows: unknown.
CREATE TABLE run_energy (
    run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value >= 0), -- fJ
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- What the run drew over time: stretches that follow each other from cycle 0 and cover the run. Their energy sums to the run's.
--   cycles: how long it is
CREATE TABLE power_sample (
    run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    start_cycle INTEGER NOT NULL CHECK (start_cycle >= 0), -- from the start of the inference
    cycles      INTEGER NOT NULL CHECK (cycles >= 0),
    energy      INTEGER NOT NULL CHECK (energy >= 0), -- fJ
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- What each memory region served. Rows differ in region or kind.
--   read_bytes: bytes read as data
--   write_bytes: bytes written
CREATE TABLE traffic (
    run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    region      TEXT    NOT NULL, -- name from the chip model: flash, sram1
    kind        TEXT    NOT NULL, -- data, fetch
    reads       INTEGER NOT NULL CHECK (reads >= 0),       -- accesses
    read_bytes  INTEGER NOT NULL CHECK (read_bytes >= 0),
    writes      INTEGER NOT NULL CHECK (writes >= 0),      -- accesses
    write_bytes INTEGER NOT NULL CHECK (write_bytes >= 0),
    fetch_bytes INTEGER NOT NULL CHECK (fetch_bytes >= 0), -- code delivered to the core
    hits        INTEGER NOT NULL CHECK (hits >= 0),        -- of the accelerator or cache before the region
    misses      INTEGER NOT NULL CHECK (misses >= 0),      -- the same
    energy      INTEGER NOT NULL DEFAULT 0 CHECK (energy >= 0), -- fJ beside the core's cycles; all rows sum to the term memory
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- The layers in execution order. Index -1 is everything in the inference that no layer owns, so that the
-- rows always sum to the run.
CREATE TABLE layer (
    run_id           INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL,
    layer_index      INTEGER NOT NULL, -- -1: outside layers
    name             TEXT    NOT NULL, -- the function: layer_007_conv_2d
    title            TEXT    NOT NULL, -- for people: conv 3x3 s2 3→16
    operator_name    TEXT    NOT NULL, -- CONV_2D
    kernel           TEXT    NOT NULL, -- the function that does the work
    macs             INTEGER NOT NULL CHECK (macs >= 0),
    executed_macs    INTEGER NOT NULL CHECK (executed_macs >= 0),
    cycles           INTEGER NOT NULL CHECK (cycles >= 0),
    instructions     INTEGER NOT NULL CHECK (instructions >= 0),
    sram_live        INTEGER NOT NULL CHECK (sram_live >= 0), -- tensors in the arena while it runs, without scratch
    scratch          INTEGER NOT NULL CHECK (scratch >= 0),   -- its own working memory in the arena
    stack            INTEGER NOT NULL CHECK (stack >= 0),     -- the deepest it was, measured
    weight_bytes     INTEGER NOT NULL CHECK (weight_bytes >= 0),     -- weights and bias in flash
    flash_reads      INTEGER NOT NULL CHECK (flash_reads >= 0),      -- data accesses
    flash_read_bytes INTEGER NOT NULL CHECK (flash_read_bytes >= 0), -- by data accesses
    start_cycle      INTEGER NOT NULL CHECK (start_cycle >= 0),      -- of its first call, from the start of the inference
    energy_joules    REAL, -- NULL (all three): unknown
    energy_low       REAL,
    energy_high      REAL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- Cycles of a layer by cause; what is zero has no row. Sums to layer.cycles.
CREATE TABLE layer_cost (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the layer
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0),
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES layer (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Energy of a layer by term; what is zero has no row. Sums to layer.energy_joules.
CREATE TABLE layer_energy (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the layer
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0), -- fJ
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES layer (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The functions of the firmware that ran, with what they cost without (self) and with (total) their callees.
CREATE TABLE function (
    run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    name_id      INTEGER NOT NULL REFERENCES string (id),
    file_id      INTEGER NOT NULL REFERENCES string (id), -- source file; empty: not known
    line         INTEGER NOT NULL, -- 0: not known
    address      INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295),
    size         INTEGER NOT NULL CHECK (size BETWEEN 0 AND 4294967295), -- bytes of code
    calls        INTEGER NOT NULL CHECK (calls >= 0),
    self_cycles  INTEGER NOT NULL CHECK (self_cycles >= 0),
    total_cycles INTEGER NOT NULL CHECK (total_cycles >= 0),
    instructions INTEGER NOT NULL CHECK (instructions >= 0), -- executed, self
    own_stack    INTEGER NOT NULL DEFAULT 0 CHECK (own_stack >= 0), -- bytes of its own frame, the most
    stack        INTEGER NOT NULL DEFAULT 0 CHECK (stack >= 0),     -- the same with all that it called
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- Self cycles of a function by cause; what is zero has no row.
CREATE TABLE function_cost (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the function
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0),
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES function (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Energy of the self cycles of a function by term; what is zero has no row.
CREATE TABLE function_energy (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the function
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0), -- fJ
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES function (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Total cycles of a function by cause; what is zero has no row.
CREATE TABLE function_total_cost (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the function
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0),
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES function (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Flows of control with a call stack of their own: from reset, tasks, handlers of exceptions. Their cycles sum to the run.
CREATE TABLE context (
    run_id        INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    kind          TEXT    NOT NULL, -- reset, task, exception
    number        INTEGER NOT NULL, -- of the exception or task
    name          TEXT    NOT NULL,
    activations   INTEGER NOT NULL CHECK (activations >= 0), -- how often it took over
    cycles        INTEGER NOT NULL CHECK (cycles >= 0),
    stack         INTEGER NOT NULL CHECK (stack >= 0), -- bytes below where it began, the deepest
    deepest_call  INTEGER NOT NULL, -- position in call where it was deepest; -1: not known
    deepest_depth INTEGER NOT NULL CHECK (deepest_depth >= 0), -- calls active there, recursive ones each
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- The call tree: a row per function and path of callers. Self cycles of all rows sum to the run. A recursive call is a
-- row of its own; its self cycles and what it calls are counted where the function stands on the path already.
--   function_id: its name, in `string`
--   recursive: 1: the function was active on this path already
--   calls: how often it was called this way
CREATE TABLE call (
    run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    parent       INTEGER NOT NULL, -- position of the caller, smaller than its own; -1: begun by the context
    context      INTEGER NOT NULL, -- position in context
    function_id  INTEGER NOT NULL REFERENCES string (id),
    address      INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295), -- of the function
    recursive    INTEGER NOT NULL CHECK (recursive IN (0, 1)),
    calls        INTEGER NOT NULL CHECK (calls >= 0),
    self_cycles  INTEGER NOT NULL CHECK (self_cycles >= 0),
    total_cycles INTEGER NOT NULL CHECK (total_cycles >= 0), -- recursion counted once
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- The functions that were active when a run ended badly, innermost first.
--   function_id: its name, in `string`
CREATE TABLE stop_frame (
    run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    function_id INTEGER NOT NULL REFERENCES string (id),
    file_id     INTEGER NOT NULL REFERENCES string (id), -- source file; empty: not known
    line        INTEGER NOT NULL, -- of the function's begin; 0: not known
    address     INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295), -- of the function
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- The instructions that were executed, one row per address.
CREATE TABLE instruction (
    run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    address     INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295),
    size        INTEGER NOT NULL, -- bytes: 2 or 4
    encoding_id INTEGER NOT NULL REFERENCES string (id), -- its halfwords in hexadecimal; empty: not known
    text_id     INTEGER NOT NULL REFERENCES string (id), -- disassembly
    function_id INTEGER NOT NULL REFERENCES string (id), -- name of the function it is in
    inlined_id  INTEGER NOT NULL REFERENCES string (id), -- the innermost function that was inlined here; empty: none
    file_id     INTEGER NOT NULL REFERENCES string (id), -- source file; empty: not known
    line        INTEGER NOT NULL, -- 0: not known
    executions  INTEGER NOT NULL CHECK (executions >= 0),
    cycles      INTEGER NOT NULL CHECK (cycles >= 0), -- of all executions
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- Cycles of an instruction by cause. What is zero has no row, nor has the run's first cause (position 0 in run_cost), which
-- is what remains of the instruction's cycles: the view instruction_cause has all.
CREATE TABLE instruction_cost (
    run_id   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the instruction
    cost_id  INTEGER NOT NULL REFERENCES cost (id),
    value    INTEGER NOT NULL CHECK (value > 0),
    PRIMARY KEY (run_id, position, cost_id),
    FOREIGN KEY (run_id, position) REFERENCES instruction (run_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Tensors and scratch buffers in the arena, alive from first_layer to last_layer, both included.
--   bytes: size
--   first_layer: index of the first layer that needs it
--   last_layer: index of the last
CREATE TABLE arena_tensor (
    run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL, -- activation, scratch
    offset      INTEGER NOT NULL CHECK (offset >= 0), -- from the start of the arena
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    first_layer INTEGER NOT NULL,
    last_layer  INTEGER NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- What the network answered. With a rowid: its bytes may be large.
CREATE TABLE output (
    run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    type     TEXT    NOT NULL, -- int8, uint8, int16, float32
    shape    TEXT    NOT NULL, -- dimensions as JSON: [1,10]
    crc32    INTEGER NOT NULL CHECK (crc32 BETWEEN 0 AND 4294967295), -- of bytes
    bytes    BLOB    NOT NULL, -- as they lay in memory, little-endian
    PRIMARY KEY (run_id, position)
) STRICT;

-- What was counted instead of guessed.
CREATE TABLE warning (
    run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    code     TEXT    NOT NULL, -- for programs
    message  TEXT    NOT NULL, -- for people
    count    INTEGER NOT NULL CHECK (count >= 0), -- how often
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- The figures of chip and core that the run rests on, and where they come from.
CREATE TABLE source (
    run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    figure_id INTEGER NOT NULL REFERENCES string (id), -- "flash wait states"
    value_id  INTEGER NOT NULL REFERENCES string (id), -- the figure's value
    source_id INTEGER NOT NULL REFERENCES string (id), -- document and place
    grade_id  INTEGER NOT NULL REFERENCES string (id), -- datasheet, measured, secondary, estimate
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- What batches were asked for and what came of it: a row a job, however often it was tried. A run that is
-- removed takes its job along, so that a batch runs it again.
CREATE TABLE job (
    id           INTEGER PRIMARY KEY,
    key          TEXT    NOT NULL UNIQUE, -- SHA-256 of all that decides the result: jobs of one key are the same work
    target       TEXT    NOT NULL, -- as the plan says it
    chip         TEXT    NOT NULL, -- the same
    clock_hz     INTEGER NOT NULL CHECK (clock_hz >= 0),
    kernels      TEXT    NOT NULL, -- asked for; empty: the usual ones of the core
    planner      TEXT    NOT NULL, -- asked for; empty: the usual one
    placement    TEXT    NOT NULL, -- asked for; empty: the chip's own
    tool_version TEXT    NOT NULL, -- of mcuprof
    state        TEXT    NOT NULL, -- done, failed
    run_id       INTEGER UNIQUE REFERENCES run (id) ON DELETE CASCADE, -- of what is done; NULL: failed
    failure      TEXT    NOT NULL, -- refused (the input), crashed, time, memory; empty: done
    reason       TEXT    NOT NULL, -- why there is no run, one line for people; empty: done
    attempts     INTEGER NOT NULL CHECK (attempts >= 1), -- of the last batch that tried it
    CHECK ((state = 'done') = (run_id IS NOT NULL))
) STRICT;

-- One line per run: what a comparison needs.
--   created_at: ISO 8601 UTC
--   target: what was profiled
--   chip: chip model
--   kernels: kernel set
--   planner: how tensors were placed
--   outcome: how it ended
--   exit_code: of the firmware
--   timing: complete or provisional
--   latency_s: cycles / clock; NULL without a clock
--   sram_peak: static + arena + stack + heap
--   sram_capacity: SRAM of the chip
--   flash: code + weights + constants
--   flash_capacity: flash of the chip
--   fits: 1: SRAM and flash suffice
CREATE VIEW run_summary AS
SELECT id AS run_id, created_at, target, chip, clock_hz, kernels, planner, outcome, exit_code, timing,
       cycles, instructions, macs,
       CAST(cycles AS REAL) / nullif(clock_hz, 0) AS latency_s,
       CAST(cycles AS REAL) / nullif(macs, 0)     AS cycles_per_mac,
       energy_joules AS energy_j,
       sram_static + sram_arena + sram_stack + sram_heap AS sram_peak,
       sram_capacity,
       flash_code + flash_weights + flash_constants AS flash,
       flash_capacity, fits
FROM run;

-- Where the cycles of a run went, by cause.
CREATE VIEW cause_share AS
SELECT run_id, run_cost.position, cost.name AS cause, cost.meaning, run_cost.value AS cycles,
       100.0 * run_cost.value / nullif(run.cycles, 0) AS percent
FROM run_cost
JOIN cost ON cost.id = run_cost.cost_id
JOIN run ON run.id = run_cost.run_id;

-- Where the energy of a run went, by term.
--   term: name of the term
--   percent: share of the run's energy
CREATE VIEW energy_share AS
SELECT run_id, run_energy.position, cost.name AS term, cost.meaning, run_energy.value / 1e15 AS energy_j,
       100.0 * run_energy.value / 1e15 / nullif(run.energy_joules, 0) AS percent
FROM run_energy
JOIN cost ON cost.id = run_energy.cost_id
JOIN run ON run.id = run_energy.run_id;

-- The average power of each stretch of a run.
--   start_s: seconds from the start of the inference; NULL without a clock
--   duration_s: seconds
--   power_w: watts
CREATE VIEW power_trace AS
SELECT run_id, position, CAST(start_cycle AS REAL) / nullif(clock_hz, 0) AS start_s,
       CAST(power_sample.cycles AS REAL) / nullif(clock_hz, 0) AS duration_s,
       energy / 1e15 AS energy_j, energy / 1e15 * clock_hz / nullif(power_sample.cycles, 0) AS power_w
FROM power_sample
JOIN run ON run.id = power_sample.run_id;

-- What the layer table of a report shows.
--   title: for people
--   operator_name: operator of the network
--   arena_bytes: live tensors and scratch
--   stack: the deepest it was
--   weight_bytes: weights and bias
--   flash_read_bytes: by data accesses
CREATE VIEW layer_share AS
SELECT run_id, layer_index, layer.name, title, operator_name, kernel, layer.macs, layer.cycles, layer.instructions,
       100.0 * layer.cycles / nullif(run.cycles, 0) AS percent,
       CAST(layer.cycles AS REAL) / nullif(layer.macs, 0) AS cycles_per_mac,
       sram_live + scratch AS arena_bytes, stack, weight_bytes, flash_read_bytes, layer.energy_joules AS energy_j
FROM layer
JOIN run ON run.id = layer.run_id;

-- Cycles of each layer by cause.
--   percent_of_layer: share of the layer's cycles
CREATE VIEW layer_cause AS
SELECT run_id, layer.layer_index, layer.name, cost.name AS cause, layer_cost.value AS cycles,
       100.0 * layer_cost.value / layer.cycles AS percent_of_layer
FROM layer_cost
JOIN layer USING (run_id, position)
JOIN cost ON cost.id = layer_cost.cost_id;

-- Functions with their names.
--   size: bytes of code
--   self_percent: share of the run, self
--   total_percent: share of the run, total
CREATE VIEW function_share AS
SELECT run_id, name.value AS name, file.value AS file, line, function.address, function.size, calls,
       self_cycles, total_cycles, function.instructions,
       100.0 * self_cycles / nullif(run.cycles, 0)  AS self_percent,
       100.0 * total_cycles / nullif(run.cycles, 0) AS total_percent
FROM function
JOIN run ON run.id = function.run_id
JOIN string AS name ON name.id = name_id
JOIN string AS file ON file.id = file_id;

-- Instructions with their texts.
--   text: disassembly
--   function: function it is in
--   cycles_per_execution: mean
CREATE VIEW instruction_listing AS
SELECT run_id, position, address, text.value AS text, name.value AS function, file.value AS file, line,
       executions, instruction.cycles,
       CAST(instruction.cycles AS REAL) / nullif(executions, 0) AS cycles_per_execution
FROM instruction
JOIN string AS text ON text.id = text_id
JOIN string AS name ON name.id = function_id
JOIN string AS file ON file.id = file_id;

-- Cycles of each instruction by cause.
CREATE VIEW instruction_cause AS
SELECT run_id, position, address, cost.name AS cause, value AS cycles
FROM instruction_cost
JOIN instruction USING (run_id, position)
JOIN cost ON cost.id = cost_id
UNION ALL
SELECT instruction.run_id, instruction.position, address, cost.name,
       instruction.cycles - (SELECT ifnull(sum(value), 0) FROM instruction_cost
                             WHERE instruction_cost.run_id = instruction.run_id
                               AND instruction_cost.position = instruction.position) AS rest
FROM instruction
JOIN run_cost ON run_cost.run_id = instruction.run_id AND run_cost.position = 0
JOIN cost ON cost.id = run_cost.cost_id
WHERE rest > 0;

-- The figures that runs rest on.
--   figure: such as "flash wait states"
--   value: the figure's value
--   source: document and place
--   grade: datasheet, measured, secondary, estimate
CREATE VIEW source_listing AS
SELECT run_id, position, figure.value AS figure, figure_value.value AS value, place.value AS source, grade.value AS grade
FROM source
JOIN string AS figure ON figure.id = figure_id
JOIN string AS figure_value ON figure_value.id = value_id
JOIN string AS place ON place.id = source_id
JOIN string AS grade ON grade.id = grade_id;

-- Who calls whom, over all paths.
--   caller: function
--   callee: function
--   calls: how often
--   total_cycles: of the callee with its callees under this caller, recursion counted once
--   total_percent: share of the run's cycles
CREATE VIEW call_edge AS
SELECT callee.run_id, caller_name.value AS caller, callee_name.value AS callee, sum(callee.calls) AS calls,
       sum(callee.total_cycles) AS total_cycles,
       100.0 * sum(callee.total_cycles) / nullif(run.cycles, 0) AS total_percent
FROM call AS callee
JOIN run ON run.id = callee.run_id
JOIN call AS caller ON caller.run_id = callee.run_id AND caller.position = callee.parent
JOIN string AS caller_name ON caller_name.id = caller.function_id
JOIN string AS callee_name ON callee_name.id = callee.function_id
GROUP BY callee.run_id, caller.address, callee.address;

-- Source lines with what they cost.
CREATE VIEW line_share AS
SELECT run_id, file.value AS file, line, sum(executions) AS instructions, sum(instruction.cycles) AS cycles,
       100.0 * sum(instruction.cycles) / nullif(run.cycles, 0) AS percent
FROM instruction
JOIN run ON run.id = instruction.run_id
JOIN string AS file ON file.id = file_id
GROUP BY run_id, file_id, line;

-- Flows of control with what they cost.
--   kind: reset, task, exception
--   number: of the exception or task
--   activations: how often it took over
--   stack: bytes, the deepest
CREATE VIEW context_share AS
SELECT run_id, position, context.kind, number, name, activations, context.cycles, stack,
       100.0 * context.cycles / nullif(run.cycles, 0) AS percent
FROM context
JOIN run ON run.id = context.run_id;

-- What each memory region served, and how much of it the cache or accelerator before it had.
--   region: name from the chip model
--   kind: data, fetch
--   read_bytes: bytes read as data
--   write_bytes: bytes written
--   fetch_bytes: code delivered to the core
--   hits: of the accelerator or cache before the region
--   misses: the same
--   hit_percent: NULL where nothing stands before the region
--   reads: accesses
--   writes: accesses
--   energy_j: joules beside the core's cycles
CREATE VIEW traffic_share AS
SELECT run_id, position, region, kind, reads, read_bytes, writes, write_bytes, fetch_bytes, hits, misses,
       100.0 * hits / nullif(hits + misses, 0) AS hit_percent, energy / 1e15 AS energy_j
FROM traffic;

-- Two runs side by side, every pair of them: ask for one (WHERE before_run = 1 AND after_run = 2). Figures are after - before.
--   before_run: the first run
--   after_run: the second run
--   cycles_percent: of the first run's
--   latency_s: seconds; NULL without a clock
--   sram_peak: bytes
--   flash: bytes
CREATE VIEW run_difference AS
SELECT before.run_id AS before_run, after.run_id AS after_run, after.cycles - before.cycles AS cycles,
       100.0 * (after.cycles - before.cycles) / nullif(before.cycles, 0) AS cycles_percent,
       after.instructions - before.instructions AS instructions, after.latency_s - before.latency_s AS latency_s,
       after.energy_j - before.energy_j AS energy_j, after.sram_peak - before.sram_peak AS sram_peak,
       after.flash - before.flash AS flash
FROM run_summary AS before
JOIN run_summary AS after;

-- Layers of two runs of one network, by number (mcuprof diff matches those of different networks by structure).
--   before_run: the first run
--   after_run: the second run
--   title: in the second run
--   before_cycles: in the first run
--   after_cycles: in the second run
--   cycles: after - before
CREATE VIEW layer_difference AS
SELECT before.run_id AS before_run, after.run_id AS after_run, layer_index, after.title, before.cycles AS before_cycles,
       after.cycles AS after_cycles, after.cycles - before.cycles AS cycles
FROM layer AS before
JOIN layer AS after USING (layer_index);

-- Cycles of two runs by cause.
--   before_run: the first run
--   after_run: the second run
--   before_cycles: in the first run
--   after_cycles: in the second run
--   cycles: after - before
CREATE VIEW cause_difference AS
SELECT before.run_id AS before_run, after.run_id AS after_run, cause, before.cycles AS before_cycles,
       after.cycles AS after_cycles, after.cycles - before.cycles AS cycles
FROM cause_share AS before
JOIN cause_share AS after USING (cause);

// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

// As Unicorn numbers them.
constexpr std::uint32_t interrupt_undefined = 1, interrupt_svc = 2, interrupt_prefetch_abort = 3, interrupt_bkpt = 7,
                        interrupt_exception_return = 8, interrupt_no_coprocessor = 17;
constexpr std::uint16_t semihosting_bkpt = 0xbeab, wait_for_event = 0xbf20, send_event = 0xbf40;

} // namespace

void Machine::Parts::reset_core()
{
    if (system)
        noticed = irregularities();
    exceptions.reset();
    system.emplace(chip.core,
        SystemControl::Processor {.now = [this] { return tracer.now(); },
            .console =
                [this](unsigned port, char byte) {
                    if (port == 0)
                        console.put(byte);
                },
            .account = [this] { return meter.read().cycles; },
            .instructions = [this] { return tracer.instructions(); },
            .program_counter = [this] { return tracer.current() ? tracer.current()->address : 0; }});
    exceptions.emplace(chip.core, *system, processor);
    system->set_vector_table(boot.vector_table.value_or(0));
    tracer.trap_unaligned(architecture_of(chip.core) == Architecture::v6m);
    tracer.trap_divides(false);
}

/// The firmware asked for a reset: memory stays, core and peripherals begin anew.
void Machine::Parts::restart()
{
    reset_core();
    registers.reset();
    poll_watch.wrote();
    attention.store(stop_requested.load(std::memory_order_relaxed), std::memory_order_relaxed);
    exception_waits = false;
    first_fault.reset();
    std::uint32_t stack = boot.stack_pointer, start = boot.first_pc;
    if (boot.vector_table) { // as the firmware may have left it
        stack = memory.read(*boot.vector_table, 4).value_or(stack) & ~3u;
        start = memory.read(*boot.vector_table + 4, 4).value_or(start) & ~1u;
    }
    processor.set_status(0);
    processor.clear_masks();
    processor.set_mode({.main_stack = stack});
    processor.set_core_register(14, 0xffffffff);
    processor.set_program_counter(start);
    tracer.restart(start, stack);
}

/// Is there an exception to take now? Looks at the clock, and remembers whether to look again soon.
bool Machine::Parts::exception_due() noexcept
{
    attention.store(stop_requested.load(std::memory_order_relaxed), std::memory_order_relaxed);
    system->advance(tracer.now());
    system->take_attention();
    tracer.set_deadline(system->next_event().value_or(RunTracer::never));
    unsigned exception = system->deliverable(processor.masks());
    exception_waits = exception == exception::none && system->nvic().first_pending() != exception::none;
    return exception != exception::none;
}

/// Tells everybody what the core did about an exception. False: it locked up.
bool Machine::Parts::follow(const ExceptionUnit::Step& step)
{
    using Kind = ExceptionUnit::Step::Kind;
    if (step.kind == Kind::locked_up)
        return false;
    if (step.kind == Kind::left) {
        tracer.charge(tracer.last_instruction(), Cause::exception, step.cycles);
        tracer.count_stacking(step.frame, step.words, Access::Kind::load);
        tracer.exception_left(step.pc, step.frame, step.stack_pointer);
        if (!in_fault_handler())
            first_fault.reset(); // dealt with
    } else if (step.kind == Kind::entered) {
        tracer.exception_entered(step.exception, step.pc, step.frame, step.stack_pointer);
        tracer.charge(step.pc, Cause::exception, step.cycles);
        tracer.count_stacking(step.frame, step.words, Access::Kind::store);
    } else {
        tracer.exception_chained(step.exception, step.pc, step.stack_pointer);
        tracer.charge(step.pc, Cause::exception, step.cycles);
    }
    poll_watch.exception_came();
    processor.set_program_counter(step.pc);
    exception_waits = true; // another may be due at once
    return true;
}

/// The instruction at `at` did something wrong. True: a handler looks after it.
bool Machine::Parts::raise(
    Fault fault, std::optional<std::uint32_t> address, std::uint32_t at, StopReason reason, const std::string& what, RunResult& result)
{
    std::string message = fmt::format("{} at {}", what, place(at));
    if (fault != Fault::invalid_state)
        processor.set_program_counter(at); // which would set the Thumb bit
    RunResult now = ended(reason, message);
    now.address = address.value_or(unmapped ? unmapped_address : 0);
    tracer.abandon();
    ++noticed.faults;
    if (!first_fault)
        first_fault = FirstFault {reason, message, now};
    std::optional<ExceptionUnit::Step> step = exceptions->fault(fault, address, at);
    if (step && follow(*step))
        return true;
    if (step && first_fault->message != message)
        result = ended_by_fault(fmt::format("then, handling that, {}: the core locks up", message));
    else
        result = first_fault->then;
    return false;
}

/// The core refuses the instruction at `at`, or cannot be where it is.
bool Machine::Parts::raise_not_executable(Fault fault, std::uint32_t at, RunResult& result)
{
    if (processor.in_thumb_state()) {
        tracer.cut_before_instruction(at);
        return raise(fault, std::nullopt, at, StopReason::undefined_instruction, fmt::format("an instruction {} cannot execute", chip.core.title), result);
    }
    const Block* block = tracer.current();
    if (block && at - block->address < block->size) // the Arm code was announced as if it were Thumb code
        tracer.retract();
    else
        tracer.finish(at);
    return raise(Fault::invalid_state, std::nullopt, at, StopReason::fault, "a jump to Arm code (an address whose bit 0 is clear), which no Cortex-M executes,", result);
}

bool Machine::Parts::in_fault_handler() const
{
    constexpr unsigned handlers[] = {exception::hard_fault, exception::memory_management, exception::bus_fault, exception::usage_fault};
    return std::ranges::any_of(handlers, [&](unsigned handler) { return system->is_active(handler); });
}

/// After a fault the run came to nothing; the fault is what to tell.
RunResult Machine::Parts::ended_by_fault(const std::string& how)
{
    RunResult result = first_fault->then;
    result.message = fmt::format("{}; {}", first_fault->message, how);
    return result;
}

/// An SVC was executed; `next` is behind it. Where SVCall cannot be taken it is a fault.
bool Machine::Parts::call_supervisor(std::uint32_t next, RunResult& result)
{
    FaultEntry entry = system->fault(Fault::svc, std::nullopt, processor.masks());
    if (entry.exception == exception::svcall) {
        if (follow(exceptions->enter(entry.exception, next)))
            return true;
        result = ended(StopReason::unhandled_trap, fmt::format("SVC before {}, and its vector leads nowhere", place(next)));
        return false;
    }
    ++noticed.faults;
    std::string message = fmt::format("SVC before {}, where SVCall cannot be taken", place(next));
    if (!first_fault)
        first_fault = FirstFault {StopReason::unhandled_trap, message, ended(StopReason::unhandled_trap, message)};
    if (!entry.lock_up && entry.exception != exception::none && follow(exceptions->enter(entry.exception, next)))
        return true;
    result = first_fault->then;
    return false;
}

/// True if the run goes on, from the program counter.
bool Machine::Parts::handle_trap(RunResult& result)
{
    std::uint32_t at = reg(pc);
    switch (trap_number) {
    case interrupt_bkpt:
        if (memory.read(at, 2) == semihosting_bkpt)
            return serve_semihosting(result);
        result = ended(StopReason::unhandled_trap, fmt::format("breakpoint at {}, and no debugger is there", place(at)));
        tracer.finish(at);
        return false;
    case interrupt_svc:
        tracer.finish(at); // already behind it
        return call_supervisor(at, result);
    case interrupt_exception_return: {
        tracer.finish(at);
        ExceptionUnit::Step step = exceptions->leave(at);
        if (follow(step))
            return !step.sleep || sleep(result);
        result = first_fault ? ended_by_fault("the core locks up") : ended(StopReason::lock_up, "the core locks up on the way out of an exception");
        return false;
    }
    case interrupt_no_coprocessor: return raise_not_executable(Fault::no_coprocessor, at, result);
    case interrupt_undefined: return raise_not_executable(Fault::undefined_instruction, at, result);
    case interrupt_prefetch_abort:
        tracer.finish(at);
        return raise(Fault::execute_never, std::nullopt, at, StopReason::unmapped_access, "fetch from where no code can be", result);
    default:
        result = ended(StopReason::unhandled_trap, fmt::format("exception {} of the emulator at {}", trap_number, place(at)));
        tracer.abandon();
        return false;
    }
}

/// The emulator stopped by itself. True if the run goes on.
bool Machine::Parts::handle_stop(uc_err error, RunResult& result)
{
    std::uint32_t at = reg(pc);
    if (unmapped) {
        bool fetch = unmapped_type == UC_MEM_FETCH_UNMAPPED;
        const char* kind = fetch ? "fetch from" : unmapped_type == UC_MEM_WRITE_UNMAPPED ? "write to" : "read of";
        if (fetch) {
            tracer.finish(at);
        } else {
            if (options.mode == RunTracer::Mode::exact)
                tracer.cut_before_instruction(exact_pc);
            else
                tracer.cut_before_access(unmapped_address);
            if (tracer.current())
                at = tracer.current()->address;
        }
        return raise(fetch ? Fault::bus_instruction : Fault::bus_data_precise, fetch ? std::nullopt : std::optional(unmapped_address), at, StopReason::unmapped_access,
            fmt::format("{} {:#010x}, where {} has nothing,", kind, unmapped_address, chip.title), result);
    }
    if (error == UC_ERR_OK) { // WFI
        tracer.finish(at);
        return sleep(result);
    }
    if (error == UC_ERR_INSN_INVALID || error == UC_ERR_EXCEPTION) {
        const Block* block = tracer.current();
        if (block && block->end() == at && memory.read(at - 2, 2) == wait_for_event) {
            bool sent = false;
            for (const Instruction& in : block->instructions)
                sent = sent || (in.size == 2 && memory.read(in.address, 2) == send_event);
            tracer.finish(at);
            if (system->nvic().take_event() || sent || !system->next_event())
                return true;
            return sleep(result);
        }
        return raise_not_executable(Fault::undefined_instruction, at, result);
    }
    tracer.cut_before_instruction(at);
    return raise(Fault::bus_instruction, std::nullopt, at, StopReason::unmapped_access, uc_strerror(error), result);
}

/// WFI or WFE was executed; the program counter is behind it. Time goes on to whatever wakes the core.
bool Machine::Parts::sleep(RunResult& result)
{
    std::uint32_t next = reg(pc);
    for (;;) {
        system->advance(tracer.now());
        if (system->would_wake(processor.masks()))
            break;
        std::optional<std::uint64_t> event = system->next_event();
        if (!event) {
            result = ended(StopReason::asleep, fmt::format("the firmware sleeps (WFI or WFE) before {}, and nothing can wake it", place(next)));
            return false;
        }
        if (*event > tracer.now())
            tracer.charge(tracer.last_instruction(), Cause::sleep, *event - tracer.now());
    }
    attention.store(true, std::memory_order_relaxed);
    return true;
}

} // namespace sim

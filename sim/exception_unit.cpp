// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/exception_unit.h"

#include <array>
#include <utility>

namespace sim {
namespace {

constexpr std::uint32_t basic_frame = 8 * 4, extended_frame = 26 * 4; // bytes
constexpr std::uint32_t status_realigned = 1u << 9; // in the stacked xPSR: four bytes lie above the frame
constexpr std::uint32_t status_exception = 0x1ff;

// EXC_RETURN, as it is built and read.
constexpr std::uint32_t return_always = 0xffffffe1, return_to_thread = 1u << 3, return_to_process_stack = 1u << 2, return_basic_frame = 1u << 4;

constexpr unsigned stacked_registers[] = {0, 1, 2, 3, 12, 14}; // then the return address and xPSR

} // namespace

ExceptionUnit::ExceptionUnit(const mcu::CoreModel& core, SystemControl& system, Processor& processor)
    : core_(core)
    , system_(system)
    , processor_(processor)
{
}

void ExceptionUnit::push_floating_point(std::uint32_t at, const Processor::Mode& mode)
{
    for (unsigned i = 0; i < Processor::floating_point_words; ++i)
        processor_.write_word(at + 4 * i, processor_.floating_point_register(i));
    lazy_save_pending_ = system_.lazy_floating_point_frames();
    if (lazy_save_pending_)
        system_.reserve_floating_point_frame(at, mode.exception == 0 ? SystemControl::Mode::thread : SystemControl::Mode::handler,
            mode.exception == 0 && mode.unprivileged ? SystemControl::Level::unprivileged : SystemControl::Level::privileged, processor_.masks());
    processor_.set_floating_point_register(16, system_.floating_point_default_status());
}

/// A save that was put off takes place once the handler uses the floating-point unit.
void ExceptionUnit::notice_floating_point()
{
    if (!lazy_save_pending_ || !processor_.mode().floating_point_active)
        return;
    lazy_save_pending_ = false;
    system_.release_floating_point_frame();
    owed_cycles_ += cycles_of(core_.exception.fp_save);
}

bool ExceptionUnit::go_to_vector(Step& step, unsigned exception)
{
    std::optional<std::uint32_t> vector = processor_.read_word(system_.vector_table() + 4 * exception);
    step.exception = exception;
    // Images end their table early, and what follows is code: an address must be in memory at least.
    if (!vector || !(*vector & 1) || !processor_.read_word(*vector & ~3u)) {
        step.kind = Step::Kind::locked_up;
        return false;
    }
    step.pc = *vector & ~1u;
    return true;
}

ExceptionUnit::Step ExceptionUnit::enter(unsigned exception, std::uint32_t return_address)
{
    Processor::Mode mode = processor_.mode();
    notice_floating_point();
    Step step {.kind = Step::Kind::entered, .cycles = cycles_of(core_.exception.entry) + std::exchange(owed_cycles_, 0)};
    bool extended = core_.has_fpu && mode.floating_point_active && system_.floating_point_frames();
    std::uint32_t stack = mode.stack_pointer(), size = extended ? extended_frame : basic_frame;
    bool realigned = (stack & 4) && (architecture_of(core_) != Architecture::v7m || system_.block().stack_aligned_to_8());
    step.frame = stack - size - (realigned ? 4 : 0);
    step.words = size / 4;

    std::uint32_t status = (processor_.status() & ~(status_exception | status_realigned)) | mode.exception | (realigned ? status_realigned : 0);
    std::array<std::uint32_t, 8> frame {};
    for (unsigned i = 0; i < std::size(stacked_registers); ++i)
        frame[i] = processor_.core_register(stacked_registers[i]);
    frame[6] = return_address;
    frame[7] = status;
    bool stacked = true;
    for (unsigned i = 0; i < frame.size(); ++i)
        stacked = processor_.write_word(step.frame + 4 * i, frame[i]) && stacked;
    if (extended) {
        push_floating_point(step.frame + basic_frame, mode);
        if (!lazy_save_pending_)
            step.cycles += cycles_of(core_.exception.fp_save);
    }

    std::uint32_t exc_return = return_always | (mode.exception == 0 ? return_to_thread : 0) | (mode.on_process_stack() ? return_to_process_stack : 0)
        | (extended ? 0 : return_basic_frame);
    (mode.on_process_stack() ? mode.process_stack : mode.main_stack) = step.frame;
    mode.exception = exception;
    mode.floating_point_active = false;
    processor_.set_mode(mode);
    processor_.set_status(status & 0xf80f0000); // flags stay, no IT
    processor_.set_core_register(14, exc_return);
    step.stack_pointer = mode.main_stack;
    system_.activate(exception);
    if (!stacked) { // the frame has nowhere to go: its fault replaces the exception
        FaultEntry entry = system_.fault(Fault::stacking, step.frame, processor_.masks());
        if (entry.lock_up || entry.exception == exception::none) {
            step.kind = Step::Kind::locked_up;
            return step;
        }
        system_.deactivate(exception);
        system_.set_pending(exception);
        system_.activate(entry.exception);
        mode.exception = exception = entry.exception;
        processor_.set_mode(mode);
    }
    go_to_vector(step, exception);
    return step;
}

ExceptionUnit::Step ExceptionUnit::chain(unsigned exception, std::uint32_t exc_return, std::uint64_t cycles)
{
    Processor::Mode mode = processor_.mode();
    mode.exception = exception;
    processor_.set_mode(mode);
    processor_.set_core_register(14, exc_return);
    system_.activate(exception);
    Step step {.kind = Step::Kind::chained, .stack_pointer = mode.main_stack, .cycles = cycles};
    go_to_vector(step, exception);
    return step;
}

ExceptionUnit::Step ExceptionUnit::leave(std::uint32_t exc_return)
{
    exc_return |= 1; // the branch took the Thumb bit off
    Processor::Mode mode = processor_.mode();
    notice_floating_point();
    std::uint64_t fp_cycles = std::exchange(owed_cycles_, 0);
    system_.deactivate(mode.exception);
    if (mode.exception != exception::nmi)
        processor_.clear_fault_mask();

    bool to_thread = exc_return & return_to_thread;
    bool wrong_level = to_thread ? system_.nvic().active_count() > 0 && !system_.block().thread_mode_from_any_level() : system_.nvic().active_count() == 0;
    if (wrong_level) {
        FaultEntry entry = system_.fault(Fault::invalid_exception_return, std::nullopt, processor_.masks());
        if (entry.lock_up || entry.exception == exception::none)
            return {.kind = Step::Kind::locked_up, .exception = mode.exception};
        return chain(entry.exception, exc_return, cycles_of(core_.exception.tail_chain) + fp_cycles);
    }
    if (unsigned next = system_.deliverable(processor_.masks()))
        return chain(next, exc_return, cycles_of(core_.exception.tail_chain) + fp_cycles);

    bool process = exc_return & return_to_process_stack, extended = core_.has_fpu && !(exc_return & return_basic_frame);
    std::uint32_t frame = process ? mode.process_stack : mode.main_stack;
    std::array<std::uint32_t, 8> words {};
    for (unsigned i = 0; i < words.size(); ++i) {
        std::optional<std::uint32_t> word = processor_.read_word(frame + 4 * i);
        if (!word) {
            FaultEntry entry = system_.fault(Fault::unstacking, frame, processor_.masks());
            if (entry.lock_up || entry.exception == exception::none)
                return {.kind = Step::Kind::locked_up, .exception = mode.exception};
            return chain(entry.exception, exc_return, cycles_of(core_.exception.tail_chain));
        }
        words[i] = *word;
    }
    for (unsigned i = 0; i < std::size(stacked_registers); ++i)
        processor_.set_core_register(stacked_registers[i], words[i]);
    std::uint32_t status = words[7];
    Step step {.kind = Step::Kind::left, .pc = words[6] & ~1u, .frame = frame, .words = basic_frame / 4, .cycles = cycles_of(core_.exception.exit) + fp_cycles};
    std::uint32_t size = basic_frame;
    if (extended) {
        size = extended_frame;
        step.words = extended_frame / 4;
        if (lazy_save_pending_) { // nobody touched them
            lazy_save_pending_ = false;
            system_.release_floating_point_frame();
            processor_.set_floating_point_register(16, processor_.read_word(frame + basic_frame + 64).value_or(0));
        } else {
            for (unsigned i = 0; i < Processor::floating_point_words; ++i)
                processor_.set_floating_point_register(i, processor_.read_word(frame + basic_frame + 4 * i).value_or(0));
            step.cycles += cycles_of(core_.exception.fp_restore);
        }
    }
    bool realigned = (status & status_realigned) && (architecture_of(core_) != Architecture::v7m || system_.block().stack_aligned_to_8());
    (process ? mode.process_stack : mode.main_stack) = frame + size + (realigned ? 4 : 0);
    mode.exception = to_thread ? 0 : status & status_exception;
    if (to_thread)
        mode.uses_process_stack = process;
    mode.floating_point_active = extended;
    processor_.set_mode(mode);
    processor_.set_status(status & ~(status_exception | status_realigned));
    step.stack_pointer = mode.stack_pointer();
    step.sleep = to_thread && system_.block().sleep_on_exit();
    return step;
}

std::optional<ExceptionUnit::Step> ExceptionUnit::fault(Fault fault, std::optional<std::uint32_t> address, std::uint32_t at)
{
    FaultEntry entry = system_.fault(fault, address, processor_.masks());
    if (entry.lock_up)
        return Step {.kind = Step::Kind::locked_up, .exception = processor_.mode().exception};
    if (entry.exception == exception::none)
        return std::nullopt;
    return enter(entry.exception, at);
}

} // namespace sim

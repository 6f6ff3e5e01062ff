// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/cycle_account.h"
#include "sim/peripherals/architecture.h"
#include "sim/peripherals/core_registers.h"
#include "sim/peripherals/cycle_counter.h"
#include "sim/peripherals/exception.h"
#include "sim/peripherals/instrumentation.h"
#include "sim/peripherals/memory_protection.h"
#include "sim/peripherals/nvic.h"
#include "sim/peripherals/system_control_block.h"
#include "sim/peripherals/systick.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace sim {

/// Everything from 0xE0000000 to 0xE00FFFFF that belongs to the core: SysTick, NVIC, system control
/// block, DWT, ITM, MPU and identification. A pure model: it holds registers and decides which
/// exception comes next; entering handlers, stacking and masks are the machine's. Time is the
/// machine's too, asked for at each access.
///
/// Protocol: `read` and `write` for accesses; after one, and after anything else here that changes
/// state, `take_attention` says whether `deliverable` may have a new answer. `advance` no later
/// than `next_event`; an access advances by itself.
///
/// Not modeled: non-secure state and the non-secure alias at 0xE002E000 (reads back what was
/// written), faults of unprivileged access, memory protection, debug events, trace output beyond
/// stimulus ports. Accesses that an architecture calls unpredictable (other than words on Armv6-M)
/// work as on Armv7-M, and are counted.
class SystemControl {
public:
    /// What the registers need from the machine at the moment of an access. An empty function is
    /// zero, or nobody.
    struct Processor {
        /// Cycles since reset, exact at the accessing instruction.
        std::function<std::uint64_t()> now {};
        /// What is sent through an ITM stimulus port, 0 to 31.
        std::function<void(unsigned port, char byte)> console {};
        /// As `now`, by cause, and instructions executed: for the DWT's event counters.
        std::function<CycleAccount()> account {};
        std::function<std::uint64_t()> instructions {};
        /// For DWT_PCSR.
        std::function<std::uint32_t()> program_counter {};
    };
    /// What differs from chip to chip. A field without a value is the architecture's default.
    struct Options {
        /// 2 on Armv6-M, which can have no more; else 4, as STM32 and most others have.
        std::optional<unsigned> priority_bits {};
        /// 32, 240, 480: all that the architecture allows.
        std::optional<unsigned> interrupts {};
        unsigned mpu_regions = 8;
        /// SysTick's external clock: the core's / 8, as STM32 has it. 0: there is none.
        unsigned reference_divider = 8;
        /// Of the Cortex-M7; the identification of caches and CCR.IC, CCR.DC.
        CoreRegisters::Caches caches {};
        Instrumentation::Probe probe = Instrumentation::Probe::listening;
    };
    SystemControl(const mcu::CoreModel& core, Processor processor, Options options);
    SystemControl(const mcu::CoreModel& core, Processor processor);
    SystemControl(const SystemControl&) = delete;
    SystemControl& operator=(const SystemControl&) = delete;

    /// `bytes` 1, 2 or 4; within one word.
    std::uint32_t read(std::uint32_t address, unsigned bytes);
    void write(std::uint32_t address, std::uint32_t value, unsigned bytes);

    void set_pending(unsigned exception) { nvic_.set_pending(exception); }
    void clear_pending(unsigned exception) { nvic_.clear_pending(exception); }
    bool is_pending(unsigned exception) const { return nvic_.is_pending(exception); }
    bool is_active(unsigned exception) const { return nvic_.is_active(exception); }
    bool is_enabled(unsigned exception) const { return nvic_.is_enabled(exception); }
    /// Highest-priority pending and enabled exception that may preempt now; 0: none.
    unsigned deliverable(const Masks& masks) const { return nvic_.deliverable(masks); }
    bool would_wake(const Masks& masks) const { return nvic_.would_wake(masks); }
    void activate(unsigned exception) { nvic_.activate(exception); }
    void deactivate(unsigned exception) { nvic_.deactivate(exception); }
    FaultEntry fault(Fault what, std::optional<std::uint32_t> address, const Masks& masks)
    {
        return block_.fault(what, address, masks);
    }
    /// Priorities and the event register of WFE and SEV.
    Nvic& nvic() { return nvic_; }
    const Nvic& nvic() const { return nvic_; }
    /// VTOR, traps, sleep, fault status, reset request.
    SystemControlBlock& block() { return block_; }
    const SystemControlBlock& block() const { return block_; }

    std::uint32_t vector_table() const { return block_.vector_table(); }
    void set_vector_table(std::uint32_t address) { block_.set_vector_table(address); }
    bool reset_requested() const { return block_.reset_requested(); }

    /// The cycle at which something becomes pending by itself; none: never, as things are.
    std::optional<std::uint64_t> next_event() const { return systick_.next_event(); }
    /// Makes pending what became due up to `now`.
    void advance(std::uint64_t now);
    /// True once after anything that `deliverable` depends on changed (the masks apart).
    bool take_attention() { return nvic_.take_attention(); }

    /// The FPU's frames (Armv7-M ARM, B1.5.7): ASPEN, whether entry makes room for its registers;
    /// LSPEN, whether it leaves them there until the handler uses the FPU; LSPACT, whether some are
    /// still to be saved, to FPCAR.
    bool floating_point_frames() const;
    bool lazy_floating_point_frames() const;
    bool floating_point_frame_reserved() const;
    std::uint32_t floating_point_frame() const;
    enum class Mode : unsigned char { thread, handler };
    enum class Level : unsigned char { unprivileged, privileged };
    /// Entry left room at `address` of a frame of `mode` at `level`: sets FPCAR, LSPACT, and who
    /// could take a fault of the saving.
    void reserve_floating_point_frame(
        std::uint32_t address, Mode mode, Level level, const Masks& masks);
    /// It was saved, or the handler returned without need.
    void release_floating_point_frame();
    std::uint32_t floating_point_default_status() const; // FPDSCR: FPSCR of a new context
    bool floating_point_allowed(Level level) const;      // CPACR

    /// For warnings: how often the MPU, which protects nothing here, was switched on; accesses that
    /// are unpredictable.
    std::uint64_t memory_protection_enabled_count() const
    {
        return memory_protection_.enabled_count();
    }
    std::uint64_t unpredictable_accesses() const { return unpredictable_accesses_; }

private:
    std::uint64_t now() const { return now_ ? now_() : 0; }
    std::uint32_t read_word(std::uint32_t address);
    void write_word(std::uint32_t address, RegisterWrite write);
    void count_unpredictable(unsigned bytes);

    Architecture architecture_;
    std::function<std::uint64_t()> now_;
    Nvic nvic_;
    SystemControlBlock block_;
    SysTick systick_;
    CycleCounter cycle_counter_;
    Instrumentation instrumentation_;
    MemoryProtection memory_protection_;
    CoreRegisters registers_;
    std::uint64_t unpredictable_accesses_ = 0;
};

} // namespace sim

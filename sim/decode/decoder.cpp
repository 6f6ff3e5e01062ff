// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/decoder.h"

#include "base/check.h"
#include "sim/decode/instruction_table.h"

#include <capstone/capstone.h>

#include <bit>
#include <cstring>

namespace sim {

struct Decoder::Capstone {
    csh handle = 0;
};

namespace {

Register core_register(unsigned id)
{
    switch (id) {
    case ARM_REG_SP: return sp;
    case ARM_REG_LR: return lr;
    case ARM_REG_PC: return pc;
    default:
        if (id >= ARM_REG_R0 && id <= ARM_REG_R12)
            return static_cast<Register>(id - ARM_REG_R0);
        return no_register;
    }
}

/// Core and floating-point registers as a set; status registers are not tracked here.
RegisterSet registers_of(unsigned id)
{
    if (id >= ARM_REG_S0 && id <= ARM_REG_S31)
        return RegisterSet {1} << (16 + id - ARM_REG_S0);
    if (id >= ARM_REG_D0 && id <= ARM_REG_D15)
        return RegisterSet {3} << (16 + 2 * (id - ARM_REG_D0));
    return set_of(core_register(id));
}

/// One Capstone instruction on its way to ours.
class Translation {
public:
    Translation(csh handle, const cs_insn& source)
        : source_(source)
        , arm_(source.detail->arm)
        , named_(named_instruction(cs_insn_name(handle, source.id)))
    {
        result_.address = static_cast<std::uint32_t>(source.address);
        result_.size = static_cast<std::uint8_t>(source.size);
        result_.timing_class = named_.timing_class;
        result_.macs = named_.macs;
        result_.sets_flags = arm_.update_flags || is_compare();
        if (reads_carry() && source_.size == 4) // Capstone says that these always do
            result_.sets_flags = (first_half() & 0x10) != 0 && source_.id != ARM_INS_SEL;
        bool under_condition = arm_.cc != ARM_CC_AL && arm_.cc != ARM_CC_INVALID && named_.timing_class != TimingClass::if_then;
        result_.conditional = under_condition || source.id == ARM_INS_CBZ || source.id == ARM_INS_CBNZ;
        result_.reads_flags = under_condition || reads_carry();
        collect_registers(handle);
        set_flow();
        set_access();
        refine_class();
        set_semantics();
        if (named_.timing_class == TimingClass::if_then) // "it", "itt", "itte": a letter an instruction
            result_.words = static_cast<std::uint8_t>(std::strlen(source.mnemonic) - 1);
    }

    Instruction result() const { return result_; }

private:
    bool is_compare() const
    {
        return source_.id == ARM_INS_CMP || source_.id == ARM_INS_CMN || source_.id == ARM_INS_TST || source_.id == ARM_INS_TEQ;
    }
    unsigned first_half() const { return source_.bytes[0] | source_.bytes[1] << 8; }
    bool reads_carry() const
    {
        return source_.id == ARM_INS_ADC || source_.id == ARM_INS_SBC || source_.id == ARM_INS_RRX || source_.id == ARM_INS_SEL;
    }
    const cs_arm_op& operand(int i) const { return arm_.operands[i]; }
    bool is_register(int i) const { return i < arm_.op_count && operand(i).type == ARM_OP_REG; }
    bool is_immediate(int i) const { return i < arm_.op_count && operand(i).type == ARM_OP_IMM; }
    bool is_plain_register(int i) const { return is_register(i) && operand(i).shift.type == ARM_SFT_INVALID; }
    Register reg(int i) const { return core_register(operand(i).reg); }
    std::uint32_t imm(int i) const { return static_cast<std::uint32_t>(operand(i).imm); }
    /// pc as an instruction reads it.
    std::uint32_t pc_value() const { return result_.address + 4; }

    void collect_registers(csh handle)
    {
        cs_regs reads, writes;
        std::uint8_t read_count = 0, write_count = 0;
        if (cs_regs_access(handle, &source_, reads, &read_count, writes, &write_count) != CS_ERR_OK)
            return;
        for (int i = 0; i < read_count; ++i)
            result_.reads |= registers_of(reads[i]);
        for (int i = 0; i < write_count; ++i)
            result_.writes |= registers_of(writes[i]);
    }

    void set_flow()
    {
        switch (source_.id) {
        case ARM_INS_B:
            result_.flow = result_.conditional ? Flow::conditional_branch : Flow::branch;
            result_.target = imm(0);
            break;
        case ARM_INS_CBZ:
        case ARM_INS_CBNZ:
            result_.flow = Flow::conditional_branch;
            result_.target = imm(1);
            break;
        case ARM_INS_BL:
            result_.flow = Flow::call;
            result_.target = imm(0);
            break;
        case ARM_INS_BLX:
        case ARM_INS_BLXNS: result_.flow = Flow::indirect_call; break;
        case ARM_INS_BX:
        case ARM_INS_BXNS:
        case ARM_INS_TBB:
        case ARM_INS_TBH: result_.flow = Flow::indirect; break;
        case ARM_INS_BKPT:
        case ARM_INS_SVC:
        case ARM_INS_UDF:
        case ARM_INS_HLT: result_.flow = Flow::trap; break;
        case ARM_INS_HINT: // Capstone tells hints apart by their text only
            if (std::strncmp(source_.mnemonic, "wfi", 3) == 0 || std::strncmp(source_.mnemonic, "wfe", 3) == 0)
                result_.flow = Flow::trap;
            break;
        default:
            if (result_.writes & set_of(pc))
                result_.flow = Flow::indirect;
        }
    }

    void set_access()
    {
        using enum TimingClass;
        switch (named_.timing_class) {
        case load:
        case load_exclusive: single_access(Access::Kind::load, bytes_by_name(), 1); break;
        case store:
        case store_exclusive:
            if (source_.id != ARM_INS_CLREX)
                single_access(Access::Kind::store, bytes_by_name(), 1);
            break;
        case load_double: single_access(Access::Kind::load, 4, 2); break;
        case store_double: single_access(Access::Kind::store, 4, 2); break;
        case table_branch: single_access(Access::Kind::load, source_.id == ARM_INS_TBH ? 2 : 1, 1); break;
        case fp_load: single_access(Access::Kind::load, 4, floating_words(0, 1)); break;
        case fp_store: single_access(Access::Kind::store, 4, floating_words(0, 1)); break;
        case load_multiple: multiple_access(Access::Kind::load); break;
        case store_multiple: multiple_access(Access::Kind::store); break;
        case fp_load_multiple: multiple_access(Access::Kind::load); break;
        case fp_store_multiple: multiple_access(Access::Kind::store); break;
        default: return;
        }
        result_.semantics = Semantics::memory;
    }

    std::uint8_t bytes_by_name() const
    {
        switch (source_.id) {
        case ARM_INS_LDRB: case ARM_INS_LDRSB: case ARM_INS_LDRBT: case ARM_INS_LDRSBT: case ARM_INS_LDREXB: case ARM_INS_LDAB:
        case ARM_INS_LDAEXB: case ARM_INS_STRB: case ARM_INS_STRBT: case ARM_INS_STREXB: case ARM_INS_STLB: case ARM_INS_STLEXB:
            return 1;
        case ARM_INS_LDRH: case ARM_INS_LDRSH: case ARM_INS_LDRHT: case ARM_INS_LDRSHT: case ARM_INS_LDREXH: case ARM_INS_LDAH:
        case ARM_INS_LDAEXH: case ARM_INS_STRH: case ARM_INS_STRHT: case ARM_INS_STREXH: case ARM_INS_STLH: case ARM_INS_STLEXH:
            return 2;
        default: return 4;
        }
    }

    /// Words of the floating-point registers in operands [from, to).
    std::uint8_t floating_words(int from, int to) const
    {
        RegisterSet all = 0;
        for (int i = from; i < to && i < arm_.op_count; ++i)
            if (is_register(i))
                all |= registers_of(operand(i).reg);
        return static_cast<std::uint8_t>(std::popcount(all));
    }

    void single_access(Access::Kind kind, std::uint8_t bytes, std::uint8_t count)
    {
        Access& access = result_.access;
        int memory = -1;
        for (int i = 0; i < arm_.op_count; ++i)
            if (operand(i).type == ARM_OP_MEM)
                memory = i;
        if (memory < 0)
            return;
        const arm_op_mem& mem = operand(memory).mem;
        access.kind = kind;
        access.bytes = bytes;
        access.count = count;
        access.base = core_register(mem.base);
        if (access.base == pc) // literals read an aligned pc, table branches do not
            access.literal_base = named_.timing_class == TimingClass::table_branch ? pc_value() : pc_value() & ~3u;
        if (mem.index != ARM_REG_INVALID) {
            access.index = core_register(mem.index);
            access.shift = static_cast<std::uint8_t>(mem.lshift > 0 ? mem.lshift : operand(memory).shift.value);
        }
        access.displacement = mem.disp;
        access.sign_extend = source_.id == ARM_INS_LDRSB || source_.id == ARM_INS_LDRSH || source_.id == ARM_INS_LDRSBT || source_.id == ARM_INS_LDRSHT;
        access.write_back = arm_.writeback;
        if (arm_.post_index) {
            access.displacement = 0;
            access.write_back_amount = is_immediate(memory + 1) ? operand(memory + 1).imm : mem.disp;
            if (is_immediate(memory + 1) && operand(memory + 1).subtracted)
                access.write_back_amount = -access.write_back_amount;
        } else if (arm_.writeback) {
            access.write_back_amount = mem.disp;
        }
        if (access.write_back)
            result_.writes |= set_of(access.base);
        result_.address_reads = set_of(access.base) | set_of(access.index);
        result_.reads |= result_.address_reads;

        int data = named_.timing_class == TimingClass::store_exclusive && memory == 2 ? 1 : 0;
        if (memory > data && is_register(data))
            access.first = reg(data);
        if (memory > data + 1 && is_register(data + 1) && count == 2)
            access.second = reg(data + 1);
        if (kind == Access::Kind::load)
            for (Register r : {access.first, access.second})
                access.list |= static_cast<std::uint16_t>(set_of(r) & 0xffff);
        else
            for (int i = 0; i < memory; ++i)
                result_.accumulator |= registers_of(operand(i).reg);
    }

    void multiple_access(Access::Kind kind)
    {
        Access& access = result_.access;
        bool stack = source_.id == ARM_INS_PUSH || source_.id == ARM_INS_POP || source_.id == ARM_INS_VPUSH || source_.id == ARM_INS_VPOP;
        bool down = source_.id == ARM_INS_PUSH || source_.id == ARM_INS_VPUSH || source_.id == ARM_INS_LDMDB
            || source_.id == ARM_INS_STMDB || source_.id == ARM_INS_VLDMDB || source_.id == ARM_INS_VSTMDB;
        bool floating = named_.timing_class == TimingClass::fp_load_multiple || named_.timing_class == TimingClass::fp_store_multiple;
        int from = stack ? 0 : 1;

        RegisterSet data = 0;
        for (int i = from; i < arm_.op_count; ++i)
            data |= registers_of(operand(i).reg);
        access.kind = kind;
        access.bytes = 4;
        access.count = static_cast<std::uint8_t>(std::popcount(data));
        access.base = stack ? sp : reg(0);
        access.write_back = stack || arm_.writeback;
        access.displacement = down ? -4 * access.count : 0;
        access.write_back_amount = !access.write_back ? 0 : down ? -4 * access.count : 4 * access.count;
        if (kind == Access::Kind::load && (data & set_of(access.base)))
            access.write_back = false; // LDM with the base in its list: the loaded value wins
        if (!floating && kind == Access::Kind::load)
            access.list = static_cast<std::uint16_t>(data);

        // Capstone's own register lists are wrong for floating-point multiples and for STMDB's write-back.
        result_.words = access.count;
        result_.address_reads = set_of(access.base);
        result_.reads = result_.address_reads | (kind == Access::Kind::store ? data : 0);
        result_.writes = (kind == Access::Kind::load ? data : 0) | (access.write_back ? set_of(access.base) : 0);
        if (kind == Access::Kind::store)
            result_.accumulator = data;
    }

    void refine_class()
    {
        using enum TimingClass;
        TimingClass& timing_class = result_.timing_class;
        if (timing_class == store && result_.access.index != no_register)
            timing_class = store_register_offset;
        else if (timing_class == fp_load && result_.access.count == 2)
            timing_class = fp_load_double;
        else if (timing_class == fp_store && result_.access.count == 2)
            timing_class = fp_store_double;
        else if (timing_class == fp_move && arm_.op_count >= 3)
            timing_class = fp_move_double;
        else if (timing_class == alu && (result_.writes & set_of(pc)))
            timing_class = branch_indirect;
        else if (timing_class == alu)
            refine_alu();
        else if (timing_class == fp_arithmetic || timing_class == fp_multiply_accumulate || timing_class == fp_divide)
            refine_floating();
        set_shifted();

        bool accumulates = timing_class == multiply_accumulate || timing_class == simd_multiply;
        bool long_sum = timing_class == long_multiply_accumulate || (timing_class == simd_multiply && std::popcount(result_.writes) == 2);
        if (accumulates && arm_.op_count == 4 && is_register(3))
            result_.accumulator = registers_of(operand(3).reg);
        if (timing_class == fp_multiply_accumulate || timing_class == fp_double_multiply_accumulate || long_sum)
            result_.accumulator = result_.writes;
        if (long_sum) // Capstone lists the registers of long sums as written only
            result_.reads |= result_.writes;
    }

    void refine_alu()
    {
        for (int i = 1; i < arm_.op_count; ++i)
            if (is_register(i) && operand(i).shift.type != ARM_SFT_INVALID) {
                result_.timing_class = TimingClass::alu_shifted;
                result_.shifted = registers_of(operand(i).reg);
                return;
            }
        if (has_rotated_constant()) {
            result_.timing_class = TimingClass::alu_rotated_constant;
            return;
        }
        switch (source_.id) {
        case ARM_INS_ADD: case ARM_INS_ADDW: case ARM_INS_SUB: case ARM_INS_SUBS: case ARM_INS_SUBW: case ARM_INS_ADR:
            result_.operation = Operation::add;
            break;
        case ARM_INS_MOV: case ARM_INS_MOVS: case ARM_INS_MOVW: result_.operation = Operation::move; break;
        case ARM_INS_LSL: case ARM_INS_LSR: case ARM_INS_ASR: case ARM_INS_ROR: result_.operation = Operation::shift; break;
        default: break;
        }
    }

    /// "Data processing (modified immediate)" of which the four upper of twelve bits say a rotation (Armv7-M ARM, A5.3.2).
    bool has_rotated_constant() const
    {
        if (source_.size != 4)
            return false;
        unsigned first = first_half(), second = source_.bytes[2] | source_.bytes[3] << 8;
        bool modified_immediate = (first & 0xfa00) == 0xf000 && (second & 0x8000) == 0;
        return modified_immediate && ((first & 0x0400) || (second & 0x4000));
    }

    void refine_floating()
    {
        bool doubles = false;
        for (int i = 0; i < arm_.op_count; ++i)
            doubles = doubles || (is_register(i) && operand(i).reg >= ARM_REG_D0 && operand(i).reg <= ARM_REG_D31);
        if (!doubles)
            return;
        using enum TimingClass;
        TimingClass& timing_class = result_.timing_class;
        if (timing_class == fp_divide)
            timing_class = fp_double_divide;
        else if (timing_class == fp_multiply_accumulate)
            timing_class = fp_double_multiply_accumulate;
        else
            timing_class = source_.id == ARM_INS_VMUL || source_.id == ARM_INS_VNMUL ? fp_double_multiply : fp_double_add;
    }

    /// The operands of bit-field, extending and packing instructions that are moved before they are used.
    void set_shifted()
    {
        switch (source_.id) {
        case ARM_INS_BFI: case ARM_INS_SBFX: case ARM_INS_UBFX: case ARM_INS_RBIT: case ARM_INS_REV: case ARM_INS_REV16: case ARM_INS_REVSH:
            if (is_register(1))
                result_.shifted = registers_of(operand(1).reg);
            break;
        case ARM_INS_SXTAB: case ARM_INS_SXTAB16: case ARM_INS_SXTAH: case ARM_INS_UXTAB: case ARM_INS_UXTAB16: case ARM_INS_UXTAH:
            if (is_register(1) && is_register(2)) {
                result_.accumulator = registers_of(operand(1).reg);
                result_.shifted = registers_of(operand(2).reg);
            }
            break;
        case ARM_INS_PKHTB:
        case ARM_INS_PKHBT:
            if (is_register(1) && is_register(2))
                result_.shifted = registers_of(operand(2).reg) | (source_.id == ARM_INS_PKHTB ? registers_of(operand(1).reg) : 0);
            break;
        default: break;
        }
    }

    void set_semantics()
    {
        if (result_.semantics == Semantics::memory || result_.conditional || !is_register(0))
            return;
        Register d = reg(0);
        if (d == no_register || d == pc)
            return;
        switch (source_.id) {
        case ARM_INS_MOV:
        case ARM_INS_MOVS:
        case ARM_INS_MOVW:
            if (is_immediate(1))
                become(Semantics::constant, d, no_register, no_register, 0, imm(1));
            else if (is_plain_register(1))
                become(Semantics::add, d, reg(1), no_register, 0, 0);
            break;
        case ARM_INS_MVN:
            if (is_immediate(1))
                become(Semantics::constant, d, no_register, no_register, 0, ~imm(1));
            break;
        case ARM_INS_MOVT: become(Semantics::move_top, d, d, no_register, 0, imm(1)); break;
        case ARM_INS_ADR: become(Semantics::constant, d, no_register, no_register, 0, (pc_value() & ~3u) + imm(1)); break;
        case ARM_INS_ADD:
        case ARM_INS_ADDW: two_operands(Semantics::add, d); break;
        case ARM_INS_SUB:
        case ARM_INS_SUBS:
        case ARM_INS_SUBW: two_operands(Semantics::subtract, d); break;
        case ARM_INS_RSB:
            if (is_immediate(2) && is_register(1))
                become(Semantics::reverse_subtract, d, reg(1), no_register, 0, imm(2));
            break;
        case ARM_INS_LSL: shift(Semantics::shift_left, d); break;
        case ARM_INS_LSR: shift(Semantics::shift_right_logical, d); break;
        case ARM_INS_ASR: shift(Semantics::shift_right_arithmetic, d); break;
        case ARM_INS_AND:
            if (arm_.op_count == 3 && is_immediate(2))
                become(Semantics::bitwise_and, d, reg(1), no_register, 0, imm(2));
            break;
        case ARM_INS_BIC:
            if (arm_.op_count == 3 && is_immediate(2))
                become(Semantics::bitwise_and, d, reg(1), no_register, 0, ~imm(2));
            break;
        case ARM_INS_UBFX:
            if (is_immediate(2) && is_immediate(3) && imm(3) < 32)
                become(Semantics::unsigned_extract, d, reg(1), no_register, static_cast<std::uint8_t>(imm(2)), (1u << imm(3)) - 1);
            break;
        case ARM_INS_UXTB: extend(Semantics::unsigned_extract, d, 0xff); break;
        case ARM_INS_UXTH: extend(Semantics::unsigned_extract, d, 0xffff); break;
        case ARM_INS_SXTB: extend(Semantics::sign_extend_byte, d, 0); break;
        case ARM_INS_SXTH: extend(Semantics::sign_extend_half, d, 0); break;
        case ARM_INS_MUL: {
            int a = arm_.op_count == 3 ? 1 : 0;
            if (is_register(a) && is_register(a + 1))
                become(Semantics::multiply_add, d, reg(a), reg(a + 1), 0, 0);
            break;
        }
        case ARM_INS_MLA:
            become(Semantics::multiply_add, d, reg(1), reg(2), 0, 0);
            result_.c = reg(3);
            break;
        case ARM_INS_MLS:
            become(Semantics::multiply_subtract, d, reg(1), reg(2), 0, 0);
            result_.c = reg(3);
            break;
        default: break;
        }
    }

    void become(Semantics semantics, Register d, Register a, Register b, std::uint8_t by, std::uint32_t immediate)
    {
        result_.semantics = semantics;
        result_.d = d;
        result_.a = a;
        result_.b = b;
        result_.shift = by;
        result_.immediate = immediate;
    }

    /// ADD and SUB: `d, a, b` or `d, b`, b an immediate or a register shifted left.
    void two_operands(Semantics semantics, Register d)
    {
        int last = arm_.op_count - 1;
        Register a = last == 2 ? reg(1) : d;
        if (last < 1 || a == no_register)
            return;
        if (a == pc) {
            if (is_immediate(last) && semantics == Semantics::add) // ADD Rd, pc, #imm: what assemblers call ADR
                become(Semantics::constant, d, no_register, no_register, 0, (pc_value() & ~3u) + imm(last));
            return;
        }
        if (is_immediate(last)) {
            become(semantics, d, a, no_register, 0, imm(last));
        } else if (is_register(last) && reg(last) != pc && reg(last) != no_register) {
            const cs_arm_op& b = operand(last);
            if (b.shift.type == ARM_SFT_INVALID)
                become(semantics, d, a, reg(last), 0, 0);
            else if (b.shift.type == ARM_SFT_LSL)
                become(semantics, d, a, reg(last), static_cast<std::uint8_t>(b.shift.value), 0);
        }
    }

    void shift(Semantics semantics, Register d)
    {
        int last = arm_.op_count - 1;
        if (last >= 1 && is_immediate(last) && imm(last) < 32)
            become(semantics, d, last == 2 ? reg(1) : d, no_register, 0, imm(last));
    }

    void extend(Semantics semantics, Register d, std::uint32_t mask)
    {
        if (is_plain_register(1))
            become(semantics, d, reg(1), no_register, 0, mask);
    }

    const cs_insn& source_;
    const cs_arm& arm_;
    NamedInstruction named_;
    Instruction result_;
};

/// Calls visit(cs_insn) for each instruction; bytes Capstone does not know become a two-byte nothing.
template <class Visit, class Unknown>
void for_each(csh handle, std::span<const std::uint8_t> code, std::uint32_t address, Visit visit, Unknown unknown)
{
    cs_insn* instruction = cs_malloc(handle);
    const std::uint8_t* bytes = code.data();
    std::size_t left = code.size();
    std::uint64_t at = address;
    while (left > 0) {
        if (cs_disasm_iter(handle, &bytes, &left, &at, instruction)) {
            visit(*instruction);
        } else {
            std::size_t size = std::min<std::size_t>(left, (bytes[1] >> 3) >= 0x1d ? 4 : 2);
            unknown(static_cast<std::uint32_t>(at), size);
            bytes += size;
            left -= size;
            at += size;
        }
    }
    cs_free(instruction, 1);
}

} // namespace

Decoder::Decoder()
    : capstone_(std::make_unique<Capstone>())
{
    auto mode = static_cast<cs_mode>(CS_MODE_THUMB | CS_MODE_MCLASS | CS_MODE_V8);
    CHECK(cs_open(CS_ARCH_ARM, mode, &capstone_->handle) == CS_ERR_OK);
    CHECK(cs_option(capstone_->handle, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK);
}

Decoder::~Decoder() { cs_close(&capstone_->handle); }

std::vector<Instruction> Decoder::decode(std::span<const std::uint8_t> code, std::uint32_t address) const
{
    std::vector<Instruction> result;
    csh handle = capstone_->handle;
    for_each(
        handle, code, address, [&](const cs_insn& source) { result.push_back(Translation(handle, source).result()); },
        [&](std::uint32_t at, std::size_t size) {
            result.push_back({.address = at, .size = static_cast<std::uint8_t>(size)});
        });
    return result;
}

std::vector<Decoder::Line> Decoder::disassemble(std::span<const std::uint8_t> code, std::uint32_t address) const
{
    std::vector<Line> lines;
    for_each(
        capstone_->handle, code, address,
        [&](const cs_insn& source) {
            std::string text = source.mnemonic;
            if (source.op_str[0])
                text += std::string(" ") + source.op_str;
            lines.push_back({static_cast<std::uint32_t>(source.address), source.size, text});
        },
        [&](std::uint32_t at, std::size_t size) { lines.push_back({at, static_cast<int>(size), "(unknown)"}); });
    return lines;
}

} // namespace sim

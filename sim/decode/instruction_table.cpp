// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/instruction_table.h"

#include <algorithm>
#include <vector>

namespace sim {
namespace {

using enum TimingClass;

struct Group {
    TimingClass timing_class;
    std::uint8_t macs;
    std::string_view names; // separated by blanks
};

constexpr Group groups[] = {
    {alu, 0, "adc add addw adr and asr bic cmn cmp eor lsl lsr mov movs movt movw mvn neg orn orr ror rrx rsb sbc sub subs subw teq tst"},
    {bit_operation, 0, "bfc bfi clz rbit rev rev16 revsh sbfx ssat sxtb sxth ubfx usat uxtb uxth"},
    {multiply, 1, "mul smulbb smulbt smultb smultt smulwb smulwt"},
    {multiply_accumulate, 1, "mla mls smlabb smlabt smlatb smlatt smlawb smlawt"},
    {long_multiply, 1, "smull umull"},
    {long_multiply_accumulate, 1, "smlal umlal umaal smlalbb smlalbt smlaltb smlaltt"},
    {simd_multiply, 2, "smlad smladx smlald smlaldx smlsd smlsdx smlsld smlsldx smuad smuadx smusd smusdx"},
    {simd_multiply, 1, "smmla smmlar smmls smmlsr smmul smmulr"},
    {simd, 0, "pkhbt pkhtb qadd qadd16 qadd8 qasx qdadd qdsub qsax qsub qsub16 qsub8 sadd16 sadd8 sasx sel shadd16 shadd8 shasx "
              "shsax shsub16 shsub8 ssat16 ssax ssub16 ssub8 sxtab sxtab16 sxtah sxtb16 uadd16 uadd8 uasx uhadd16 uhadd8 uhasx "
              "uhsax uhsub16 uhsub8 uqadd16 uqadd8 uqasx uqsax uqsub16 uqsub8 usad8 usada8 usat16 usax usub16 usub8 uxtab uxtab16 "
              "uxtah uxtb16"},
    {divide, 0, "sdiv udiv"},
    {load, 0, "ldr ldrb ldrbt ldrh ldrht ldrsb ldrsbt ldrsh ldrsht ldrt"},
    {store, 0, "str strb strbt strh strht strt"},
    {load_double, 0, "ldrd"},
    {store_double, 0, "strd"},
    {load_multiple, 0, "ldm ldmdb pop"},
    {store_multiple, 0, "stm stmdb push"},
    {load_exclusive, 0, "ldrex ldrexb ldrexh lda ldab ldah ldaex ldaexb ldaexh"},
    {store_exclusive, 0, "strex strexb strexh stl stlb stlh stlex stlexb stlexh clrex"},
    {branch, 0, "b cbz cbnz"},
    {branch_link, 0, "bl"},
    {branch_indirect, 0, "bx blx bxns blxns"},
    {table_branch, 0, "tbb tbh"},
    {if_then, 0, "it"},
    {status, 0, "mrs msr"},
    {barrier, 0, "dmb dsb isb"},
    {hint, 0, "nop cps sev sevl yield wfi wfe hint dbg csdb pld pldw pli"},
    {breakpoint, 0, "bkpt svc udf hlt"},
    {fp_arithmetic, 0, "vabs vadd vcmp vcmpe vcvt vcvta vcvtb vcvtm vcvtn vcvtp vcvtr vcvtt vmaxnm vminnm vmul vneg vnmul vrinta "
                       "vrintm vrintn vrintp vrintr vrintx vrintz vseleq vselge vselgt vselvs vsub"},
    {fp_multiply_accumulate, 1, "vfma vfms vfnma vfnms vmla vmls vnmla vnmls"},
    {fp_divide, 0, "vdiv vsqrt"},
    {fp_move, 0, "vmov vmrs vmsr fconsts fconstd fmstat"}, // the last three: VMOV of an immediate, VMRS APSR_nzcv
    {fp_load, 0, "vldr"},
    {fp_store, 0, "vstr"},
    {fp_load_multiple, 0, "vldmia vldmdb vpop"},
    {fp_store_multiple, 0, "vstmia vstmdb vpush"},
};

std::vector<NamedInstruction> sorted_rows()
{
    std::vector<NamedInstruction> rows;
    for (const Group& group : groups) {
        std::string_view names = group.names;
        while (!names.empty()) {
            std::size_t end = std::min(names.find(' '), names.size());
            rows.push_back({names.substr(0, end), group.timing_class, group.macs});
            names.remove_prefix(std::min(end + 1, names.size()));
        }
    }
    std::ranges::sort(rows, {}, &NamedInstruction::name);
    return rows;
}

} // namespace

NamedInstruction named_instruction(std::string_view name)
{
    static const std::vector<NamedInstruction> rows = sorted_rows();
    auto row = std::ranges::lower_bound(rows, name, {}, &NamedInstruction::name);
    if (row == rows.end() || row->name != name)
        return {.name = name};
    return *row;
}

} // namespace sim

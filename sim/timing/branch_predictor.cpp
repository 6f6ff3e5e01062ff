// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/branch_predictor.h"

namespace sim {

std::uint32_t BranchPredictor::Counter::resolve(bool taken, std::uint64_t times)
{
    std::uint32_t wrong = 0;
    const std::uint8_t end = taken ? strongly_taken : 0;
    for (; times > 0 && value_ != end; --times) {
        wrong += (value_ >= weakly_taken) != taken;
        taken ? ++value_ : --value_;
    }
    return wrong;
}

} // namespace sim

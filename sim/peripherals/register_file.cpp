// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/register_file.h"

#include <algorithm>

namespace sim {
namespace {

// Armv7-M ARM, B3.1: bits of [0x40000000, 0x40100000) are words at 0x42000000.
constexpr std::uint32_t bit_band_start = 0x42000000, bit_band_size = 0x02000000,
                        bit_band_shows = 0x40000000;

constexpr unsigned deepest_chain
    = 8; // of registers that follow one another; a circle of rules ends here
constexpr std::uint32_t longest_transfer = 0xffff; // bytes; the widest MAXCNT of Nordic's EasyDMA

std::uint32_t mask_of(unsigned bytes) { return bytes >= 4 ? ~0u : (1u << (8 * bytes)) - 1; }

/// What a write of `written` through a window makes of `old`.
std::uint32_t operated(mcu::BitOperation operation, std::uint32_t old, std::uint32_t written)
{
    switch (operation) {
    case mcu::BitOperation::set:
        return old | written;
    case mcu::BitOperation::clear:
        return old & ~written;
    case mcu::BitOperation::toggle:
        return old ^ written;
    case mcu::BitOperation::plain:
        break;
    }
    return written;
}

} // namespace

RegisterFile::RegisterFile(const mcu::ChipModel& chip, Outside outside)
    : chip_(chip)
    , outside_(std::move(outside))
{
    for (const mcu::PeripheralModel& peripheral : chip.peripherals)
        for (const mcu::RegisterModel& model : peripheral.registers)
            models_.emplace(model.address, &model);
    reset();
}

void RegisterFile::reset()
{
    words_.clear();
    for (const auto& [address, value] : presets_)
        words_[address] = value;
    for (const mcu::PeripheralModel& peripheral : chip_.peripherals)
        for (const mcu::RegisterModel& model : peripheral.registers)
            if (model.reset != 0)
                words_[model.address] = model.reset;
    for (const mcu::PeripheralModel& peripheral : chip_.peripherals)
        for (const mcu::RegisterModel& model : peripheral.registers)
            follow(model.address);
}

void RegisterFile::preset(std::uint32_t address, std::uint32_t value)
{
    presets_.emplace_back(address, value);
    words_[address] = value;
}

RegisterFile::Place RegisterFile::resolve(std::uint32_t address) const
{
    Place place {.address = address, .operation = mcu::BitOperation::plain, .bit = {}};
    if (!chip_.bit_band_source.empty() && address - bit_band_start < bit_band_size) {
        std::uint32_t offset = address - bit_band_start; // 32 words, one for each bit of a word
        place.address = bit_band_shows + offset / 128 * 4;
        place.bit = offset / 4 % 32;
        return place;
    }
    for (const mcu::RegisterWindow& window : chip_.register_windows)
        if (window.operations.empty() && place.address - window.start < window.size) {
            place.address = window.shows + (place.address - window.start);
            break;
        }
    // What a mirror shows may lie in a window with operations.
    for (const mcu::RegisterWindow& window : chip_.register_windows)
        if (!window.operations.empty() && place.address - window.start < window.size) {
            std::uint32_t choice = place.address >> window.operation_bit
                & static_cast<std::uint32_t>(window.operations.size() - 1);
            place.operation = window.operations[choice];
            place.address
                = window.shows + (place.address - window.start) - (choice << window.operation_bit);
            break;
        }
    return place;
}

const mcu::RegisterModel* RegisterFile::model_at(std::uint32_t address) const
{
    auto found = models_.find(address);
    return found == models_.end() ? nullptr : found->second;
}

std::uint32_t RegisterFile::word_at(std::uint32_t address) const
{
    auto found = words_.find(address);
    return found == words_.end() ? 0 : found->second;
}

std::uint32_t RegisterFile::count_of(const mcu::RegisterModel& model) const
{
    // In two steps: the product of cycles and ticks would not fit for long.
    std::uint64_t cycles = outside_.now().count(), clock = chip_.clock.count(),
                  ticks = model.counts.count();
    std::uint64_t count = cycles / clock * ticks + cycles % clock * ticks / clock;
    return model.counts_from_bit >= 64 ? 0
                                       : static_cast<std::uint32_t>(count >> model.counts_from_bit);
}

std::uint32_t RegisterFile::read(std::uint32_t address, unsigned bytes)
{
    Place place = resolve(address & ~3u);
    const mcu::RegisterModel* model = model_at(place.address);
    unknown_accesses_ += model == nullptr;
    std::uint32_t word = model && model->counts.count() ? count_of(*model) : word_at(place.address);
    if (place.bit)
        word = word >> *place.bit & 1;
    return word >> (8 * (address & 3)) & mask_of(bytes);
}

void RegisterFile::write(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    Place place = resolve(address & ~3u);
    unknown_accesses_ += model_at(place.address) == nullptr;
    std::uint32_t shift = 8 * (address & 3), lane = mask_of(bytes) << shift;
    value = value << shift & lane;
    if (place.bit) {
        std::uint32_t bit = 1u << *place.bit,
                      old = word_at(place.address); // the bus reads, modifies and writes
        return write_word(place.address, value & 1 ? old | bit : old & ~bit, ~0u);
    }
    if (place.operation != mcu::BitOperation::plain)
        return write_word(
            place.address, operated(place.operation, word_at(place.address), value), ~0u);
    write_word(place.address, value, lane);
}

/// A write of `value` to the bits `written` of the word.
void RegisterFile::write_word(std::uint32_t address, std::uint32_t value, std::uint32_t written)
{
    std::uint32_t old = word_at(address);
    const mcu::RegisterModel* model = model_at(address);
    if (!model) {
        words_[address] = (old & ~written) | (value & written);
        return;
    }
    std::uint32_t ones = value & written & ~model->read_only;
    std::uint32_t stored = written & ~model->read_only & ~model->write_one_clears;
    std::uint32_t word = (old & ~stored) | (value & stored);
    word &= ~(ones & model->write_one_clears);
    words_[address] = word & ~model->self_clearing;
    for (const mcu::RegisterRule& rule : model->rules)
        apply_rule(rule, word, ones);
    if (model->transmits && written >> (8 * *model->transmits) & 0xff)
        outside_.transmit(static_cast<char>(value >> (8 * *model->transmits)));
    if (model->division)
        divide(*model->division);
    if (model->transfer && ones & 1)
        transfer(*model->transfer);
}

/// `value`: what the register holds, `ones`: what was just written as 1.
void RegisterFile::apply_rule(
    const mcu::RegisterRule& rule, std::uint32_t value, std::uint32_t ones)
{
    std::uint32_t source
        = (rule.kind == mcu::RegisterRule::Kind::once ? ones : value) & rule.source.mask();
    source = (rule.source_inverted ? source ^ rule.source.mask() : source) >> rule.source.low;
    std::uint32_t every = rule.destination.mask() >> rule.destination.low, bits = source;
    if (rule.kind == mcu::RegisterRule::Kind::decoded)
        bits = 1u << source;
    else if (rule.source.width == 1)
        bits = source ? every : 0;
    std::uint32_t target = word_at(rule.target), changed = (bits & every) << rule.destination.low;
    if (rule.destination_toggled)
        target ^= changed;
    else if (rule.kind == mcu::RegisterRule::Kind::once)
        target = rule.destination_inverted ? target & ~changed : target | changed;
    else
        target = (target & ~rule.destination.mask())
            | (rule.destination_inverted ? changed ^ rule.destination.mask() : changed);
    set_word(rule.target, target);
}

void RegisterFile::set_word(std::uint32_t address, std::uint32_t value)
{
    std::uint32_t& word = words_[address];
    if (word == value)
        return;
    word = value;
    follow(address);
}

/// The hardware changed the word: others may follow it.
void RegisterFile::follow(std::uint32_t address)
{
    const mcu::RegisterModel* model = model_at(address);
    if (!model || depth_ >= deepest_chain)
        return;
    ++depth_;
    for (const mcu::RegisterRule& rule : model->rules)
        if (rule.kind != mcu::RegisterRule::Kind::once)
            apply_rule(rule, word_at(address), 0);
    --depth_;
}

void RegisterFile::divide(const mcu::RegisterModel::Division& registers)
{
    std::uint32_t dividend = word_at(registers.dividend), divisor = word_at(registers.divisor);
    bool negative = registers.is_signed && static_cast<std::int32_t>(dividend) < 0;
    // In 64 bits: the lowest number divided by -1 has no 32-bit quotient, and gives itself.
    std::int64_t a
        = registers.is_signed ? static_cast<std::int32_t>(dividend) : std::int64_t {dividend};
    std::int64_t b
        = registers.is_signed ? static_cast<std::int32_t>(divisor) : std::int64_t {divisor};
    set_word(registers.quotient, b == 0 ? negative ? 1u : ~0u : static_cast<std::uint32_t>(a / b));
    set_word(registers.remainder, b == 0 ? dividend : static_cast<std::uint32_t>(a % b));
}

void RegisterFile::transfer(const mcu::RegisterModel::Transfer& registers)
{
    std::uint32_t from = word_at(registers.pointer),
                  length = std::min(word_at(registers.length), longest_transfer), sent = 0;
    for (; sent < length; ++sent) {
        std::optional<std::uint32_t> byte = outside_.read_memory(from + sent, 1);
        if (!byte)
            break; // a bus error of the peripheral: nobody hears of it
        outside_.transmit(static_cast<char>(*byte));
    }
    set_word(registers.done, sent);
}

bool RegisterFile::tells_time(std::uint32_t address) const
{
    const mcu::RegisterModel* model = model_at(resolve(address & ~3u).address);
    return model && model->counts.count() > 0;
}

std::optional<std::string> RegisterFile::name_of(std::uint32_t address) const
{
    const mcu::RegisterModel* model = model_at(resolve(address & ~3u).address);
    return model ? std::optional(model->name) : std::nullopt;
}

} // namespace sim

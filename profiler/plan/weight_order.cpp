// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/weight_order.h"

#include "base/check.h"

#include <algorithm>
#include <array>

namespace plan {
namespace {

/// Weights by place; zero outside.
class Weights {
public:
    explicit Weights(const graph::Tensor& tensor)
        : tensor_(tensor)
        , channels(static_cast<std::size_t>(tensor.shape.at(0)))
        , products(tensor.data->size() / channels)
    {
    }

    std::int64_t at(std::size_t channel, std::size_t product) const
    {
        if (channel >= channels || product >= products)
            return 0;
        return static_cast<std::int8_t>((*tensor_.data)[channel * products + product]);
    }

private:
    const graph::Tensor& tensor_;

public:
    const std::size_t channels, products; // of each channel
};

std::vector<std::int64_t> in_fours(const graph::Tensor& tensor)
{
    constexpr std::size_t four = 4;
    constexpr std::array<std::size_t, four> steps {0, 2, 1, 3}; // even bytes, then odd ones
    const Weights weights(tensor);
    std::vector<std::int64_t> result;
    for (std::size_t channel = 0; channel < weights.channels; channel += four)
        for (std::size_t product = 0; product < weights.products; product += four)
            for (std::size_t half = 0; half < four; half += 2)
                for (std::size_t pair = 0; pair < four; pair += 2)
                    for (std::size_t step : {steps.at(half), steps.at(half + 1)})
                        for (std::size_t one : {pair, pair + 1})
                            result.push_back(weights.at(channel + one, product + step));
    return result;
}

struct Order {
    std::string_view name;
    std::vector<std::int64_t> (*arrange)(const graph::Tensor& weights);
};
constexpr std::array orders {
    Order {"fours", in_fours},
};

} // namespace

bool is_weight_order(std::string_view name)
{
    return std::ranges::find(orders, name, &Order::name) != orders.end();
}

std::vector<std::int64_t> ordered_weights(std::string_view name, const graph::Tensor& weights)
{
    const auto order = std::ranges::find(orders, name, &Order::name);
    CHECK(order != orders.end() && weights.constant());
    return order->arrange(weights);
}

} // namespace plan

// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/expression.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

namespace comparison {
namespace {

struct Token {
    enum class Kind { word, number, quoted, symbol, end } kind = Kind::end;
    std::string text;
    double value = 0;
    std::size_t column = 1;
};

constexpr std::array comparisons = {
    std::pair {std::string_view("<="), Comparison::at_most},
    std::pair {std::string_view(">="), Comparison::at_least},
    std::pair {std::string_view("!="), Comparison::different},
    std::pair {std::string_view("=="), Comparison::equal},
    std::pair {std::string_view("<"), Comparison::less},
    std::pair {std::string_view(">"), Comparison::greater},
    std::pair {std::string_view("="), Comparison::equal},
};
constexpr std::size_t longest_expression = 4000;
constexpr int deepest_nesting = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
/// Names of networks, chips and files are words too: mobilenet-v2-0.35-96:2, stm32*.
bool goes_on(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == ':' || c == '@' || c == '*'
        || c == '/';
}

/// Text as tokens, read one after the other.
class Tokens {
public:
    Tokens(std::string_view text, std::string where)
        : text_(text)
        , where_(std::move(where))
    {
        if (text.size() > longest_expression)
            throw base::InputError(where_,
                fmt::format(
                    "expected at most {} characters, found {}", longest_expression, text.size()));
        next_ = read();
    }

    const Token& peek() const { return next_; }
    Token take() { return std::exchange(next_, read()); }
    bool take_symbol(std::string_view symbol)
    {
        if (next_.kind != Token::Kind::symbol || next_.text != symbol)
            return false;
        take();
        return true;
    }
    bool take_word(std::string_view word)
    {
        if (next_.kind != Token::Kind::word || next_.text != word)
            return false;
        take();
        return true;
    }

    [[noreturn]] void refuse(const std::string& expected) const
    {
        refuse_at(next_.column,
            fmt::format("expected {}, found {}", expected,
                next_.kind == Token::Kind::end ? "the end" : fmt::format("'{}'", next_.text)));
    }
    [[noreturn]] void refuse_at(std::size_t column, const std::string& what) const
    {
        throw base::InputError(
            where_, fmt::format("'{}', column {}: {}", printable(), column, what));
    }

private:
    std::string printable() const
    {
        std::string text(text_);
        for (char& c : text)
            if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
                c = '?';
        return text;
    }

    Token read()
    {
        while (
            at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
            ++at_;
        Token token;
        token.column = at_ + 1;
        if (at_ == text_.size())
            return token;
        char first = text_[at_];
        if (is_digit(first) || (first == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
            read_number(token);
        else if (is_letter(first) || first == '*')
            read_word(token);
        else if (first == '"' || first == '\'')
            read_quoted(token, first);
        else
            read_symbol(token);
        return token;
    }

    void read_number(Token& token)
    {
        token.kind = Token::Kind::number;
        const char* begin = text_.data() + at_;
        auto [end, error] = std::from_chars(
            begin, text_.data() + text_.size(), token.value, std::chars_format::fixed);
        if (error != std::errc {} || !std::isfinite(token.value))
            refuse_at(at_ + 1, "expected a number");
        token.text.assign(begin, end);
        at_ += token.text.size();
    }
    void read_word(Token& token)
    {
        token.kind = Token::Kind::word;
        std::size_t begin = at_;
        while (at_ < text_.size() && goes_on(text_[at_]))
            ++at_;
        token.text = std::string(text_.substr(begin, at_ - begin));
    }
    void read_quoted(Token& token, char quote)
    {
        token.kind = Token::Kind::quoted;
        std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos)
            refuse_at(at_ + 1, fmt::format("expected a closing {}", quote));
        token.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
    }
    void read_symbol(Token& token)
    {
        token.kind = Token::Kind::symbol;
        for (const auto& [symbol, comparison] : comparisons)
            if (text_.substr(at_).starts_with(symbol)) {
                token.text = std::string(symbol);
                at_ += symbol.size();
                return;
            }
        token.text = std::string(1, text_[at_]);
        ++at_;
    }

    std::string_view text_;
    std::string where_;
    std::size_t at_ = 0;
    Token next_;
};

Comparison take_comparison(Tokens& tokens)
{
    if (tokens.peek().kind == Token::Kind::symbol)
        for (const auto& [symbol, comparison] : comparisons)
            if (tokens.peek().text == symbol) {
                tokens.take();
                return comparison;
            }
    tokens.refuse("<, <=, =, !=, >= or >");
}

/// "256 KiB", "256KiB": a number, then a unit of the dimension or none.
double take_measure(Tokens& tokens, base::Dimension dimension)
{
    bool negative = tokens.take_symbol("-");
    if (tokens.peek().kind != Token::Kind::number)
        tokens.refuse(
            fmt::format("a number, with {} or without a unit", base::unit_names(dimension)));
    double value = tokens.take().value * (negative ? -1 : 1);
    const Token& unit = tokens.peek();
    bool percent = unit.kind == Token::Kind::symbol && unit.text == "%";
    if (unit.kind != Token::Kind::word && !percent)
        return value;
    if (unit.text == "and" || unit.text == "or")
        return value;
    std::optional<double> converted = base::in_base_unit(value, unit.text, dimension);
    if (!converted)
        tokens.refuse(fmt::format("a unit ({})", base::unit_names(dimension)));
    tokens.take();
    return *converted;
}

} // namespace

bool matches_pattern(std::string_view text, std::string_view pattern)
{
    std::size_t at = 0, in_pattern = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (at < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            resume = at;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
            ++in_pattern;
            ++at;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*')
        ++in_pattern;
    return in_pattern == pattern.size();
}

std::string_view symbol_of(Comparison comparison)
{
    for (const auto& [symbol, known] : comparisons)
        if (known == comparison && symbol != "==")
            return symbol;
    return "";
}

bool holds(double value, Comparison comparison, double limit)
{
    switch (comparison) {
    case Comparison::less:
        return value < limit;
    case Comparison::at_most:
        return value <= limit;
    case Comparison::equal:
        return value == limit;
    case Comparison::different:
        return value != limit;
    case Comparison::at_least:
        return value >= limit;
    case Comparison::greater:
        return value > limit;
    }
    return false;
}

// --------------------------------------------------------------------------------------------------------
// filters

/// A condition, or two of them joined. Unknown is an answer of its own.
struct Filter::Node {
    enum class Kind { number, text, flag, negation, conjunction, disjunction } kind = Kind::flag;
    const Figure* figure = nullptr;
    Comparison comparison = Comparison::equal;
    double number = 0;
    std::string text;
    std::shared_ptr<const Node> left, right;

    std::optional<bool> evaluate(const Row& row) const
    {
        switch (kind) {
        case Kind::negation: {
            std::optional<bool> inner = left->evaluate(row);
            return inner ? std::optional(!*inner) : std::nullopt;
        }
        case Kind::conjunction:
            return joined(row, false);
        case Kind::disjunction:
            return joined(row, true);
        default:
            return compared(figure->of(row));
        }
    }

private:
    /// The answer `deciding` of one side is the answer; else both must be known.
    std::optional<bool> joined(const Row& row, bool deciding) const
    {
        std::optional<bool> first = left->evaluate(row), second = right->evaluate(row);
        if (first == deciding || second == deciding)
            return deciding;
        return first && second ? std::optional(!deciding) : std::nullopt;
    }

    std::optional<bool> compared(const Value& value) const
    {
        if (const bool* claim = std::get_if<bool>(&value))
            return *claim;
        if (const double* found = std::get_if<double>(&value))
            return holds(*found, comparison, number);
        if (const std::string* found = std::get_if<std::string>(&value))
            return matches_pattern(*found, text) == (comparison == Comparison::equal);
        return {};
    }
};

namespace {

using Node = Filter::Node;
using NodePointer = std::shared_ptr<const Node>;

class FilterParser {
public:
    FilterParser(std::string_view text, const std::string& where)
        : tokens_(text, where)
        , where_(where)
    {
    }

    NodePointer parse()
    {
        NodePointer root = disjunction();
        if (tokens_.peek().kind != Token::Kind::end)
            tokens_.refuse("'and', 'or' or the end");
        return root;
    }

private:
    NodePointer disjunction()
    {
        NodePointer left = conjunction();
        while (tokens_.take_word("or"))
            left = join(Node::Kind::disjunction, left, conjunction());
        return left;
    }

    NodePointer conjunction()
    {
        NodePointer left = condition();
        while (tokens_.take_word("and"))
            left = join(Node::Kind::conjunction, left, condition());
        return left;
    }

    NodePointer condition()
    {
        if (++depth_ > deepest_nesting)
            tokens_.refuse(fmt::format("at most {} levels of 'not' and '('", deepest_nesting));
        NodePointer result = unguarded_condition();
        --depth_;
        return result;
    }

    NodePointer unguarded_condition()
    {
        if (tokens_.take_word("not"))
            return join(Node::Kind::negation, condition(), nullptr);
        if (tokens_.take_symbol("(")) {
            NodePointer inner = disjunction();
            if (!tokens_.take_symbol(")"))
                tokens_.refuse("')', 'and' or 'or'");
            return inner;
        }
        if (tokens_.peek().kind != Token::Kind::word)
            tokens_.refuse("a figure, such as sram or latency");
        auto node = std::make_shared<Node>();
        std::size_t column = tokens_.peek().column;
        node->figure
            = &figure_named(tokens_.take().text, fmt::format("{}, column {}", where_, column));
        switch (node->figure->kind) {
        case Figure::Kind::flag:
            node->kind = Node::Kind::flag;
            break;
        case Figure::Kind::number:
            node->kind = Node::Kind::number;
            node->comparison = take_comparison(tokens_);
            node->number = take_measure(tokens_, node->figure->dimension);
            break;
        case Figure::Kind::text:
            node->kind = Node::Kind::text;
            node->comparison = take_comparison(tokens_);
            if (node->comparison != Comparison::equal && node->comparison != Comparison::different)
                tokens_.refuse_at(column,
                    fmt::format("{} is text: expected = or !=, found {}", node->figure->name,
                        symbol_of(node->comparison)));
            node->text = text_value();
            break;
        }
        return node;
    }

    std::string text_value()
    {
        const Token& token = tokens_.peek();
        if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted)
            tokens_.refuse("a word or a text in quotes");
        return tokens_.take().text;
    }

    static NodePointer join(Node::Kind kind, NodePointer left, NodePointer right)
    {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->left = std::move(left);
        node->right = std::move(right);
        return node;
    }

    Tokens tokens_;
    std::string where_;
    int depth_ = 0;
};

} // namespace

Filter Filter::parse(std::string_view text, const std::string& where)
{
    Filter filter;
    filter.root_ = FilterParser(text, where).parse();
    return filter;
}

bool Filter::accepts(const Row& row) const { return root_->evaluate(row).value_or(false); }

// --------------------------------------------------------------------------------------------------------
// limits

Limit Limit::parse(std::string_view text, const std::string& where, const DimensionOf& dimension_of)
{
    Tokens tokens(text, where);
    Limit limit;
    limit.text = text;
    if (tokens.peek().kind != Token::Kind::word)
        tokens.refuse("a figure, such as sram or latency");
    limit.figure = tokens.take().text;
    base::Dimension dimension = dimension_of(limit.figure);
    limit.comparison = take_comparison(tokens);
    if (tokens.take_word("baseline")) {
        limit.relative = true;
        bool plus = tokens.peek().kind == Token::Kind::symbol && tokens.peek().text == "+";
        bool minus = tokens.peek().kind == Token::Kind::symbol && tokens.peek().text == "-";
        if (plus || minus) {
            tokens.take();
            double sign = minus ? -1 : 1;
            // A percentage is of the baseline, any other unit is the figure's.
            Token number = tokens.peek();
            if (number.kind != Token::Kind::number)
                tokens.refuse("a number with % or a unit of the figure");
            tokens.take();
            const Token& unit = tokens.peek();
            if (unit.kind == Token::Kind::symbol && unit.text == "%") {
                limit.factor = 1 + sign * number.value / 100;
                tokens.take();
            } else if (unit.kind == Token::Kind::word) {
                std::optional<double> converted
                    = base::in_base_unit(number.value, unit.text, dimension);
                if (!converted)
                    tokens.refuse(fmt::format("% or a unit ({})", base::unit_names(dimension)));
                limit.offset = sign * *converted;
                tokens.take();
            } else {
                limit.offset = sign * number.value;
            }
        }
    } else {
        limit.offset = take_measure(tokens, dimension);
    }
    if (tokens.peek().kind != Token::Kind::end)
        tokens.refuse("the end");
    return limit;
}

} // namespace comparison

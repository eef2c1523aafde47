// Decimal numbers: their grammar, and the double nearest to one.
#ifndef CSIMDJSON_DECIMAL_HPP
#define CSIMDJSON_DECIMAL_HPP

#include "CSimdJSON.h"
#include "Digits.hpp"

#include <charconv>
#include <limits>

namespace csj {

/// A decimal number taken apart: the digits [whole, digits_end) with at most one point among them.
struct Decimal {
  bool negative = false;
  const uint8_t *whole = nullptr;
  const uint8_t *digits_end = nullptr;
  const uint8_t *end = nullptr;
  ptrdiff_t whole_digits = 0;
  ptrdiff_t fraction_digits = 0;
  uint64_t mantissa = 0;  // exact with at most 19 digits, else of no use
  int64_t exponent = 0;   // as written; saturates far beyond any double
};

inline bool parse_exponent(const uint8_t *&at, const uint8_t *end, int64_t &exponent) {
  bool negative = false;
  if (at < end && (*at == '+' || *at == '-')) { negative = *at++ == '-'; }
  if (at == end || !is_digit(*at)) { return false; }
  for (; at < end && is_digit(*at); ++at) {
    if (exponent < 1'000'000'000'000) { exponent = exponent * 10 + (*at - '0'); }
  }
  if (negative) { exponent = -exponent; }
  return true;
}

/// How a number may be written.
enum class Grammar {
  json,
  /// As people write it: a leading '+', leading zeros, ".5" and "1." are numbers too.
  lax,
};

/// Reads the number that [at, end) begins with; false when there is none.
inline bool take_apart(
    const uint8_t *at, const uint8_t *end, Grammar grammar, Decimal &number) {
  bool strict = grammar == Grammar::json;
  if (at < end && (*at == '-' || (!strict && *at == '+'))) { number.negative = *at++ == '-'; }
  number.whole = at;
  at = read_digits(at, end, number.mantissa);
  number.whole_digits = at - number.whole;
  if (strict && (number.whole_digits == 0 || (number.whole_digits > 1 && *number.whole == '0'))) {
    return false;
  }
  if (at < end && *at == '.') {
    const uint8_t *fraction = ++at;
    at = read_digits(at, end, number.mantissa);
    number.fraction_digits = at - fraction;
    if (strict && number.fraction_digits == 0) { return false; }
  }
  number.digits_end = at;
  if (number.whole_digits + number.fraction_digits == 0) { return false; }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (!parse_exponent(at, end, number.exponent)) { return false; }
  }
  number.end = at;
  return true;
}

/// The nearest double of a number too long for exact arithmetic; infinity when it overflows.
inline double nearest_double(const Decimal &number) {
  double value = 0;
  auto result = std::from_chars(
      reinterpret_cast<const char *>(number.whole), reinterpret_cast<const char *>(number.end),
      value);
  if (result.ec == std::errc()) { return value; }
  // Out of range says neither "too large" nor "too small": the place of the first digit does.
  int64_t magnitude = number.exponent + number.whole_digits;
  for (const uint8_t *at = number.whole; at < number.digits_end; ++at) {
    if (*at == '.') { continue; }
    if (*at != '0') { return magnitude > 0 ? std::numeric_limits<double>::infinity() : 0; }
    --magnitude;
  }
  return 0;
}

constexpr double exact_powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline double to_double(const Decimal &number) {
  if (number.whole_digits + number.fraction_digits > 19) { return nearest_double(number); }
  int64_t power = number.exponent - number.fraction_digits;
  // Two exact doubles, one operation: its rounding is the only one (Clinger 1990).
  if (power == 0) { return double(number.mantissa); }
  if (number.mantissa > (uint64_t(1) << 53) || power < -22 || power > 22) {
    return nearest_double(number);
  }
  double mantissa = double(number.mantissa);
  return power < 0 ? mantissa / exact_powers_of_ten[-power] : mantissa * exact_powers_of_ten[power];
}

/// Negates without a branch, which would go wrong for every other number; there is no -0.0.
inline double with_sign(double magnitude, bool negative) {
  return magnitude * (1 - 2 * int(negative)) + 0.0;
}

/// Reads the number that [at, end) begins with. CSJ_NUMBER and the double nearest to it,
/// CSJ_INFINITE when it overflows, or CSJ_ABSENT when there is none; `at` is then where it was.
inline uint8_t read_number(
    const uint8_t *&at, const uint8_t *end, Grammar grammar, double &value) {
  Decimal number;
  if (!take_apart(at, end, grammar, number)) { return CSJ_ABSENT; }
  at = number.end;
  double magnitude = to_double(number);
  value = with_sign(magnitude, number.negative);
  return magnitude == std::numeric_limits<double>::infinity() ? CSJ_INFINITE : CSJ_NUMBER;
}

/// Reads the same number in less time if it is JSON of less than sixteen bytes and has no exponent;
/// returns where it ends, or nullptr when it is another. It may run over its text's end, with
/// sixteen bytes behind it that can be read: the caller checks.
[[gnu::always_inline]] inline const uint8_t *read_short_number(const uint8_t *at, double &value) {
  // What so many digits make at least without a leading zero: looking whether the first one is a
  // zero would be a branch that goes wrong for every other number.
  static constexpr uint64_t least[] = {
      UINT64_MAX, 0, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000,
      1'000'000'000, 10'000'000'000, 100'000'000'000, 1'000'000'000'000, 10'000'000'000'000,
      100'000'000'000'000};
  // Where the number ends is found first and from all bytes at once, because what follows it
  // waits for nothing else.
  bool negative = *at == '-';
  uint32_t others = Sixteen(at).other_than_digits() & ~uint32_t(negative);
  if (others == 0) { return nullptr; }
  uint32_t end = uint32_t(__builtin_ctz(others)), count = end - negative;
  uint64_t mantissa = 0;
  append_digits(at + negative, count, mantissa);
  if (mantissa < least[count]) { return nullptr; }
  double magnitude = double(int64_t(mantissa));
  if (at[end] == '.') {
    others &= others - 1;
    if (others == 0) { return nullptr; }
    const uint8_t *fraction = at + end + 1;
    end = uint32_t(__builtin_ctz(others));
    count = uint32_t(at + end - fraction);
    if (count == 0) { return nullptr; }
    append_digits(fraction, count, mantissa);
    magnitude = double(int64_t(mantissa)) / exact_powers_of_ten[count];
  }
  if ((at[end] | 0x20) == 'e') { return nullptr; }
  value = with_sign(magnitude, negative);
  return at + end;
}

}  // namespace csj

#endif

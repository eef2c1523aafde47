// Decimal numbers: their grammar, and the double nearest to one.
#ifndef CSIMDJSON_DECIMAL_HPP
#define CSIMDJSON_DECIMAL_HPP

#include "CSimdJSON.h"

#include <charconv>
#include <limits>

namespace csj {

inline bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

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

/// False when [at, end) is not one number. Strict is JSON's grammar; otherwise a leading '+',
/// leading zeros, ".5" and "1." are numbers too.
inline bool take_apart(const uint8_t *at, const uint8_t *end, bool strict, Decimal &number) {
  number.end = end;
  if (at < end && (*at == '-' || (!strict && *at == '+'))) { number.negative = *at++ == '-'; }
  number.whole = at;
  for (; at < end && is_digit(*at); ++at) { number.mantissa = number.mantissa * 10 + (*at - '0'); }
  number.whole_digits = at - number.whole;
  if (strict && (number.whole_digits == 0 || (number.whole_digits > 1 && *number.whole == '0'))) {
    return false;
  }
  if (at < end && *at == '.') {
    const uint8_t *fraction = ++at;
    for (; at < end && is_digit(*at); ++at) {
      number.mantissa = number.mantissa * 10 + (*at - '0');
    }
    number.fraction_digits = at - fraction;
    if (strict && number.fraction_digits == 0) { return false; }
  }
  number.digits_end = at;
  if (number.whole_digits + number.fraction_digits == 0) { return false; }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (!parse_exponent(at, end, number.exponent)) { return false; }
  }
  return at == end;
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

inline double to_double(const Decimal &number) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (number.whole_digits + number.fraction_digits > 19) { return nearest_double(number); }
  int64_t power = number.exponent - number.fraction_digits;
  // Two exact doubles, one operation: its rounding is the only one (Clinger 1990).
  if (power == 0) { return double(number.mantissa); }
  if (number.mantissa > (uint64_t(1) << 53) || power < -22 || power > 22) {
    return nearest_double(number);
  }
  double mantissa = double(number.mantissa);
  return power < 0 ? mantissa / powers[-power] : mantissa * powers[power];
}

inline uint8_t parse_number(const uint8_t *at, const uint8_t *end, bool strict, double &value) {
  Decimal number;
  if (!take_apart(at, end, strict, number)) { return CSJ_ABSENT; }
  double magnitude = to_double(number);
  value = number.negative && magnitude != 0 ? -magnitude : magnitude;  // no negative zero
  return magnitude == std::numeric_limits<double>::infinity() ? CSJ_INFINITE : CSJ_NUMBER;
}

}  // namespace csj

#endif

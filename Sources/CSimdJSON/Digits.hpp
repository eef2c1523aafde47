// Decimal digits, eight at a time in one machine word.
#ifndef CSIMDJSON_DIGITS_HPP
#define CSIMDJSON_DIGITS_HPP

#include "Sixteen.hpp"

namespace csj {

inline bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

constexpr uint32_t powers_of_ten[] = {1,       10,        100,        1'000,      10'000,
                                      100'000, 1'000'000, 10'000'000, 100'000'000};

/// The number that the first one to eight of the bytes at `at` make, which are digits; all eight
/// can be read.
inline uint32_t to_number(const uint8_t *at, uint32_t count) {
  // The digits become the last of eight, behind zeroes.
  uint64_t values = (load<uint64_t>(at) ^ 0x3030303030303030) << (64 - 8 * count);
  values = values * 10 + (values >> 8);  // pairs, in every other byte
  constexpr uint64_t pairs = 0x000000FF000000FF;
  uint64_t first = (values & pairs) * (100 + (uint64_t(1'000'000) << 32));
  uint64_t second = (values >> 16 & pairs) * (1 + (uint64_t(10'000) << 32));
  return uint32_t((first + second) >> 32);
}

/// Appends up to sixteen digits to a number, which wraps around when it grows too large.
inline void append_digits(const uint8_t *at, uint32_t count, uint64_t &number) {
  if (count > 8) {
    number = number * powers_of_ten[8] + to_number(at, 8);
    at += 8;
    count -= 8;
  }
  if (count > 0) { number = number * powers_of_ten[count] + to_number(at, count); }
}

/// Reads digits as far as there are any before `end`, and returns where they stop. What they
/// append to `number` wraps around when it grows too large.
inline const uint8_t *read_digits(const uint8_t *at, const uint8_t *end, uint64_t &number) {
  constexpr uint32_t all = sizeof(Wide);
  while (end - at >= ptrdiff_t(all)) {
    uint32_t count = uint32_t(__builtin_ctz(Sixteen(at).other_than_digits() | 1 << all));
    append_digits(at, count, number);
    at += count;
    if (count < all) { return at; }
  }
  for (; at < end && is_digit(*at); ++at) { number = number * 10 + (*at - '0'); }
  return at;
}

}  // namespace csj

#endif

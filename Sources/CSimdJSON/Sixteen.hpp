// Sixteen bytes looked at together: bit i of each answer is about byte i.
#ifndef CSIMDJSON_SIXTEEN_HPP
#define CSIMDJSON_SIXTEEN_HPP

#include "Words.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace csj {

#if defined(__SSE2__)

class Sixteen {
 public:
  explicit Sixteen(const uint8_t *at)
      : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i *>(at))) {}

  /// Those that cannot stand for themselves in a JSON string: '"', '\\' and control characters.
  uint32_t special() const {
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return bits(_mm_or_si128(_mm_or_si128(quote, backslash), at_most(bytes, 0x1F)));
  }

  uint32_t beyond_ascii() const { return bits(bytes); }

  uint32_t other_than_digits() const {
    return bits(at_most(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), 9)) ^ 0xFFFF;
  }

 private:
  __m128i bytes;

  static uint32_t bits(__m128i highest) { return uint32_t(_mm_movemask_epi8(highest)); }

  static __m128i at_most(__m128i bytes, char limit) {
    return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(limit)), bytes);
  }
};

#else

/// The same in two machine words, whose bytes have the answer in their highest bit.
class Sixteen {
 public:
  explicit Sixteen(const uint8_t *at)
      : words{load<uint64_t>(at), load<uint64_t>(at + 8)} {}

  uint32_t special() const {
    return bits([](uint64_t word) {
      return ~above(word, 0x1F) | ~above(word ^ every('"'), 0) | ~above(word ^ every('\\'), 0);
    });
  }

  uint32_t beyond_ascii() const {
    return bits([](uint64_t word) { return word; });
  }

  uint32_t other_than_digits() const {
    return bits([](uint64_t word) { return above(word ^ every('0'), 9); });
  }

 private:
  uint64_t words[2];

  static constexpr uint64_t every(uint8_t byte) { return 0x0101010101010101 * byte; }

  /// Which bytes are above a limit below 0x80; nothing is carried from one to the next.
  static uint64_t above(uint64_t word, uint8_t limit) {
    return ((word & every(0x7F)) + every(0x7F - limit)) | word;
  }

  template <typename Answer>
  uint32_t bits(Answer answer) const {
    auto gather = [&](uint64_t word) {
      return uint32_t((answer(word) >> 7 & every(1)) * 0x0102040810204080 >> 56);
    };
    return gather(words[0]) | gather(words[1]) << 8;
  }
};

#endif

}  // namespace csj

#endif

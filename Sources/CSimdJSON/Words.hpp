// Runs of bytes, and the first sixteen of them as one machine word.
#ifndef CSIMDJSON_WORDS_HPP
#define CSIMDJSON_WORDS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte of a word is its lowest");

namespace csj {

/// A run of bytes, with sixteen more behind it that can be read and mean nothing.
struct Key {
  const uint8_t *bytes;
  size_t count;
};

/// Sixteen bytes, compared at once: two words would be compared by two branches.
__extension__ typedef unsigned __int128 Wide;

template <typename Word>
Word load(const uint8_t *at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// All bits of the first bytes, of sixteen at most.
inline Wide mask(size_t bytes) {
  static constexpr uint8_t window[2 * sizeof(Wide)] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                       255, 255, 255, 255, 255, 255, 255, 255};
  return load<Wide>(window + sizeof(Wide) - std::min(bytes, sizeof(Wide)));
}

/// The first sixteen bytes of a key, or all of it and zeroes.
inline Wide beginning(Key key) { return load<Wide>(key.bytes) & mask(key.count); }

/// Whether keys of one length and beginning are equal.
inline bool ends_alike(Key one, Key other) {
  constexpr size_t start = sizeof(Wide);
  return one.count <= start ||
         std::memcmp(one.bytes + start, other.bytes + start, one.count - start) == 0;
}

/// A hash for tables in memory; it may be another one tomorrow.
inline uint64_t hash(Key key, Wide beginning, uint64_t seed) {
  constexpr uint64_t multiplier = 0x9E3779B97F4A7C15;
  constexpr uint64_t other = 0xC2B2AE3D27D4EB4F;
  uint64_t state = (uint64_t(beginning) ^ seed) * multiplier;
  state += (uint64_t(beginning >> 64) + key.count) * other;
  for (size_t at = sizeof(Wide); at < key.count; at += 8) {
    // The last word overlaps the one before, and so ends with the key.
    state = (state ^ state >> 32) + load<uint64_t>(key.bytes + std::min(at, key.count - 8));
    state *= multiplier;
  }
  return __builtin_bswap64(state);  // all bits go into the highest, and tables take the lowest
}

}  // namespace csj

#endif

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

/// Sixteen bytes, compared at once: as two words, compilers compare them by two branches.
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

}  // namespace csj

#endif

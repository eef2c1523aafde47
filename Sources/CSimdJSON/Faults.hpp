// Which of several faults of one record is named.
#ifndef CSIMDJSON_FAULTS_HPP
#define CSIMDJSON_FAULTS_HPP

#include "CSimdJSON.h"
#include "Words.hpp"

#include <simdjson.h>

namespace csj {

inline bool is_utf8(Key text) {
  return simdjson::validate_utf8(reinterpret_cast<const char *>(text.bytes), text.count);
}

/// Whether the bytes are UTF-8 but for a letter cut off at their end.
inline bool begins_utf8(Key text) {
  if (is_utf8(text)) { return true; }
  size_t cut = 1;
  while (cut < 4 && cut < text.count && (text.bytes[text.count - cut] & 0xC0) == 0x80) { ++cut; }
  uint8_t letter[4] = {0x80, 0x80, 0x80, 0x80};
  uint8_t lead = text.bytes[text.count - cut];
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (cut >= length) { return false; }
  if (lead == 0xE0 || lead == 0xF0) { letter[1] = 0xA0; }  // shorter forms would be overlong
  std::memcpy(letter, text.bytes + text.count - cut, cut);
  return is_utf8({letter, length}) && is_utf8({text.bytes, text.count - cut});
}

/// Whether every string is closed and free of control characters, for a text of which only the
/// beginning is known to be JSON: a backslash hides the next byte wherever it stands.
inline bool has_whole_strings(Key text) {
  bool is_open = false;
  for (size_t at = 0; at < text.count; ++at) {
    uint8_t c = text.bytes[at];
    if (is_open && c < 0x20) { return false; }
    if (c == '\\') {
      ++at;
      if (is_open && at < text.count && text.bytes[at] < 0x20) { return false; }
    } else if (c == '"') {
      is_open = !is_open;
    }
  }
  return !is_open;
}

/// The fault to name where a scanner, which stops at the first, found `first`.
inline uint8_t fault(Key payload, uint8_t first) {
  if (!is_utf8(payload)) { return begins_utf8(payload) ? CSJ_BAD_JSON : CSJ_BAD_UTF8; }
  return first == CSJ_TOO_DEEP && !has_whole_strings(payload) ? uint8_t(CSJ_BAD_JSON) : first;
}

}  // namespace csj

#endif

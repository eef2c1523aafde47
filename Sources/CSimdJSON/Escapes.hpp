// The escapes of JSON strings, as UTF-8.
#ifndef CSIMDJSON_ESCAPES_HPP
#define CSIMDJSON_ESCAPES_HPP

#include "Decimal.hpp"

namespace csj {

inline bool parse_hex(const uint8_t *at, const uint8_t *end, uint32_t &unit) {
  if (end - at < 4) { return false; }
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    uint8_t c = at[i], lower = c | 0x20;
    if (is_digit(c)) {
      unit = unit * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      unit = unit * 16 + (lower - 'a' + 10);
    } else {
      return false;
    }
  }
  return true;
}

inline uint8_t *write_utf8(uint32_t scalar, uint8_t *out) {
  if (scalar < 0x80) {
    *out++ = uint8_t(scalar);
    return out;
  }
  if (scalar < 0x800) {
    *out++ = uint8_t(0xC0 | scalar >> 6);
  } else {
    if (scalar < 0x10000) {
      *out++ = uint8_t(0xE0 | scalar >> 12);
    } else {
      *out++ = uint8_t(0xF0 | scalar >> 18);
      *out++ = uint8_t(0x80 | (scalar >> 12 & 0x3F));
    }
    *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
  }
  *out++ = uint8_t(0x80 | (scalar & 0x3F));
  return out;
}

/// Reads what stands behind "\u"; a surrogate without its partner is no character.
inline bool unescape_unicode(const uint8_t *&at, const uint8_t *end, uint8_t *&out) {
  uint32_t unit, low;
  if (!parse_hex(at, end, unit)) { return false; }
  at += 4;
  if (unit >= 0xD800 && unit < 0xE000) {
    if (unit >= 0xDC00 || end - at < 6 || at[0] != '\\' || at[1] != 'u') { return false; }
    if (!parse_hex(at + 2, end, low) || low < 0xDC00 || low >= 0xE000) { return false; }
    at += 6;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  }
  out = write_utf8(unit, out);
  return true;
}

/// Unescapes in place, which no escape outgrows; the new length, or -1 for a wrong escape.
inline ptrdiff_t unescape(uint8_t *text, size_t count) {
  uint8_t *out = text;
  const uint8_t *at = text, *end = text + count;
  while (at < end) {
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    if (++at == end) { return -1; }
    switch (*at++) {
      case '"': *out++ = '"'; break;
      case '\\': *out++ = '\\'; break;
      case '/': *out++ = '/'; break;
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u':
        if (!unescape_unicode(at, end, out)) { return -1; }
        break;
      default: return -1;
    }
  }
  return out - text;
}

}  // namespace csj

#endif

// JSON behind a C face: a compiled set of paths in, one batch of typed columns out.
//
// One pass over the bytes of each payload validates every value, asked for or not, and writes the
// asked-for ones into columns; it expects the keys in the order of the records before. Whether
// what is beyond ASCII is UTF-8 says simdjson. No exception leaves these functions.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// What stands in a cell; the numbers are those of Swift's `ValueTag`.
enum {
  CSJ_ABSENT = 0,
  CSJ_NULL = 1,
  CSJ_NAN = 2,
  CSJ_INFINITE = 3,
  CSJ_EMPTY_STRING = 4,
  CSJ_NUMBER = 5,
  CSJ_STRING = 6,
  CSJ_BOOLEAN = 7,
  CSJ_COMPOSITE = 8,
};

/// What became of a row; the numbers are those of Swift's `RowStatus.code`.
enum {
  CSJ_OK = 0,
  CSJ_TOMBSTONE = 1,
  CSJ_BAD_JSON = 2,
  CSJ_BAD_UTF8 = 3,
  CSJ_NOT_AN_OBJECT = 4,
  CSJ_TOO_DEEP = 5,
  CSJ_TOO_LARGE = 6,
  CSJ_STRING_TOO_LONG = 7,
};

/// What a record may be at most, and whether unexpected paths are written down.
typedef struct {
  size_t record_bytes;
  size_t depth;
  size_t string_bytes;
  size_t paths;
  bool collects_paths;
} csj_options;

/// One value per row in each array (NULL without rows), codes only in a column with categories: -1
/// for a text that is none of them, or no text. Valid until the decoder is used again.
typedef struct {
  const uint8_t *_Nullable tags;
  const double *_Nullable numbers;
  const uint32_t *_Nullable text_starts;
  const uint32_t *_Nullable text_lengths;
  const int32_t *_Nullable codes;
} csj_column;

/// What was found for whole rows, and the bytes all columns' texts point into.
typedef struct {
  const uint8_t *_Nullable statuses;
  const uint32_t *_Nullable unexpected;
  const uint8_t *_Nullable text;
  size_t text_count;
} csj_rows;

/// A run of bytes; valid until the decoder is used again.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} csj_bytes;

typedef struct csj_decoder csj_decoder;

/// A decoder that is asked for nothing yet; NULL when there is no memory for it.
csj_decoder *_Nullable csj_create(csj_options options);
void csj_destroy(csj_decoder *decoder);

/// The node of the trie of paths that `key` leads to from `parent`; 0 is the root object.
/// UINT32_MAX when there is no memory for it.
uint32_t csj_child(
    csj_decoder *decoder, uint32_t parent, const uint8_t *_Nullable key, size_t count);

/// Asks for the value at `node`: the answer stands in the next column, counted from 0.
/// `wants_text`: whether texts are kept; `wants_number_text`: whether a number has one, as written.
bool csj_ask(csj_decoder *decoder, uint32_t node, bool wants_text, bool wants_number_text);

/// Has the texts of the column asked for last looked up among categories, of which it has none yet.
bool csj_categorize(csj_decoder *decoder);

/// Adds a category to the column asked for last; its code is how many were added before it.
bool csj_add_category(csj_decoder *decoder, const uint8_t *_Nullable text, size_t count);

/// Declares that whatever stands at `node` is not unexpected.
void csj_know(csj_decoder *decoder, uint32_t node);

/// Where a payload stands in a batch's bytes; one of negative length is a tombstone.
typedef struct {
  ptrdiff_t start;
  ptrdiff_t length;
} csj_payload;

/// Decodes a batch. 64 bytes behind each payload can be read and mean nothing.
/// False when the batch cannot be held: no memory, or more than 4 GiB of text.
bool csj_decode(
    csj_decoder *decoder, const uint8_t *bytes, const csj_payload *_Nullable payloads,
    size_t rows);

csj_rows csj_decoded_rows(const csj_decoder *decoder);
csj_column csj_decoded_column(const csj_decoder *decoder, size_t column);

/// Unexpected paths of the last batch, in order of appearance. Each path is its keys from the
/// root down, every key a native 32-bit length and its bytes.
size_t csj_unexpected_count(const csj_decoder *decoder);
csj_bytes csj_unexpected_path(const csj_decoder *decoder, size_t index);

/// Reads a number as people write it in CSV: a sign, digits, at most one point, an exponent.
/// Returns CSJ_NUMBER, CSJ_INFINITE for what overflows, or CSJ_ABSENT for what is no number.
uint8_t csj_parse_decimal(const uint8_t *_Nullable bytes, size_t count, double *value);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif

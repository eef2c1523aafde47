// See CSimdJSON.h for what this offers: the decoder and its C face; the pass over one record is
// in Scanner.hpp.
#include "CSimdJSON.h"

#include <memory>

#include "Scanner.hpp"

using namespace csj;

struct csj_decoder {
  csj_options options;
  Trie trie;
  Columns columns;
  UnexpectedPaths paths;
  Scanner scanner{options, trie, columns, paths};
  std::vector<uint8_t> statuses;
  std::vector<uint32_t> unexpected;
  uint64_t records = 0;  // over its life: names the record in `Node::seen`

  explicit csj_decoder(csj_options options) : options(options) {}
  csj_decoder(const csj_decoder &) = delete;  // the scanner refers to its neighbours

  uint8_t decode(Key payload, size_t row) {
    if (payload.count > options.record_bytes) { return CSJ_TOO_LARGE; }
    size_t text_count = columns.text_count, path_count = paths.all.size();
    scanner.scan(payload, row, ++records);
    if (scanner.status == CSJ_OK) {
      unexpected[row] = scanner.unexpected;
      return CSJ_OK;
    }
    for (Column &column : columns.all) { column.forget(row); }
    columns.text_count = text_count;
    paths.truncate(path_count);
    return fault(payload, scanner.status);
  }
};

extern "C" {

csj_decoder *csj_create(csj_options options) {
  try {
    return std::make_unique<csj_decoder>(options).release();
  } catch (...) { return nullptr; }
}

void csj_destroy(csj_decoder *decoder) { delete decoder; }

uint32_t csj_child(csj_decoder *decoder, uint32_t parent, const uint8_t *key, size_t count) {
  try {
    return decoder->trie.child(decoder->trie.nodes[parent], key, count).index;
  } catch (...) { return UINT32_MAX; }
}

bool csj_ask(csj_decoder *decoder, uint32_t node, bool wants_text, bool wants_number_text) {
  try {
    Node &target = decoder->trie.nodes[node];
    Column &column = decoder->columns.all.emplace_back();
    column.wants_text = wants_text;
    column.wants_number_text = wants_number_text;
    column.also = target.column;
    target.column = &column;
    target.expected = true;
    return true;
  } catch (...) { return false; }
}

bool csj_categorize(csj_decoder *decoder) {
  try {
    decoder->columns.all.back().categories = std::make_unique<Dictionary>();
    return true;
  } catch (...) { return false; }
}

bool csj_add_category(csj_decoder *decoder, const uint8_t *text, size_t count) {
  try {
    decoder->columns.all.back().categories->add(text, count);
    return true;
  } catch (...) { return false; }
}

void csj_know(csj_decoder *decoder, uint32_t node) { decoder->trie.nodes[node].expected = true; }

bool csj_decode(
    csj_decoder *decoder, const uint8_t *bytes, const csj_payload *payloads, size_t rows) {
  try {
    decoder->paths.clear();
    decoder->columns.clear(rows);
    decoder->statuses.assign(rows, CSJ_TOMBSTONE);
    decoder->unexpected.assign(rows, 0);
    for (size_t row = 0; row < rows; ++row) {
      auto [start, length] = payloads[row];
      if (length < 0) { continue; }
      decoder->statuses[row] = decoder->decode({bytes + start, size_t(length)}, row);
    }
    return true;
  } catch (...) { return false; }
}

csj_rows csj_decoded_rows(const csj_decoder *decoder) {
  return {
      decoder->statuses.data(), decoder->unexpected.data(), decoder->columns.text.data(),
      decoder->columns.text_count};
}

csj_column csj_decoded_column(const csj_decoder *decoder, size_t column) {
  const Column &cells = decoder->columns.all[column];
  return {
      cells.tags.data(), cells.numbers.data(), cells.text_starts.data(),
      cells.text_lengths.data(), cells.codes.data()};
}

size_t csj_unexpected_count(const csj_decoder *decoder) { return decoder->paths.all.size(); }

csj_bytes csj_unexpected_path(const csj_decoder *decoder, size_t index) {
  const std::string &path = decoder->paths.all[index];
  return {reinterpret_cast<const uint8_t *>(path.data()), path.size()};
}

uint8_t csj_parse_decimal(const uint8_t *bytes, size_t count, double *value) {
  const uint8_t *at = bytes;
  uint8_t tag = read_number(at, bytes + count, Grammar::lax, *value);
  return at == bytes + count ? tag : uint8_t(CSJ_ABSENT);
}

}  // extern "C"

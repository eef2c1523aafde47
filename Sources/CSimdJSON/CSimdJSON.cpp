// See CSimdJSON.h for what this offers. Top down: columns, the walk over one record, the C face.
//
// Why not simdjson's On-Demand front: it skips what nobody asks for without looking at it, and we
// promise that every accepted record is valid JSON to its last byte. So its first stage is called
// as On-Demand calls it, and the walk over the structure it finds is ours.
#include "CSimdJSON.h"

#include <simdjson.h>

#include <memory>
#include <stdexcept>
#include <unordered_set>

#include "Decimal.hpp"
#include "Escapes.hpp"
#include "Trie.hpp"

using namespace csj;

namespace {

struct Column {
  std::vector<uint8_t> tags;
  std::vector<double> numbers;
  std::vector<uint32_t> text_starts, text_lengths;

  void clear(size_t rows) {
    tags.assign(rows, CSJ_ABSENT);
    numbers.assign(rows, 0);
    text_starts.assign(rows, 0);
    text_lengths.assign(rows, 0);
  }

  void set(size_t row, uint8_t tag, double number, Key text, size_t text_start) {
    tags[row] = tag;
    numbers[row] = number;
    text_starts[row] = uint32_t(text_start);
    text_lengths[row] = uint32_t(text.count);
  }
};

bool is_utf8(Key text) {
  return simdjson::validate_utf8(reinterpret_cast<const char *>(text.bytes), text.count);
}

/// Whether the bytes are UTF-8 but for a letter cut off at their end. Which of several faults
/// simdjson names depends on the machine; counts of rejections must not.
bool begins_utf8(Key text) {
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

}  // namespace

struct csj_decoder {
  csj_options options;
  Trie trie;
  std::vector<Column> columns;
  std::vector<uint8_t> statuses;
  std::vector<uint32_t> unexpected;
  std::vector<uint8_t> text;
  std::vector<uint8_t> scratch;
  std::vector<std::string> paths;
  std::unordered_set<std::string> known_paths;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> structure;
  uint64_t records = 0;  // over its life: names the record in `Node::seen`

  size_t append_text(Key added) {
    size_t start = text.size();
    if (start + added.count > UINT32_MAX) { throw std::length_error("text of a batch"); }
    text.insert(text.end(), added.bytes, added.bytes + added.count);
    return start;
  }

  /// Forgets what this record gave for a path and all below it.
  void clear(uint32_t node, size_t row) {
    for (uint32_t column : trie.nodes[node].columns) {
      columns[column].set(row, CSJ_ABSENT, 0, {nullptr, 0}, 0);
    }
    for (uint32_t child : trie.nodes[node].children) { clear(child, row); }
  }

  /// Lets simdjson find where tokens begin; it checks UTF-8 and what is inside strings on the way.
  uint8_t find_structure(Key payload) {
    if (!structure || structure->capacity() < payload.count) {
      size_t capacity = 1 << 16;
      while (capacity < payload.count) { capacity *= 2; }
      structure.reset();
      // The depth given here belongs to simdjson's second stage, which is not used.
      auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
          capacity, 1, structure);
      if (error) { throw std::bad_alloc(); }
    }
    auto error =
        structure->stage1(payload.bytes, payload.count, simdjson::stage1_mode::regular);
    if (!error) { return CSJ_OK; }
    return begins_utf8(payload) ? CSJ_BAD_JSON : CSJ_BAD_UTF8;
  }
};

namespace {

bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Walks the tokens of one payload once, from the first to the last. Functions return CSJ_OK or
/// the status that ends the walk. Recursion is bounded by `options.depth`.
class Walk {
 public:
  Walk(csj_decoder &decoder, Key payload, size_t row)
      : decoder(decoder), nodes(decoder.trie.nodes), payload(payload), row(row),
        tokens(decoder.structure->structural_indexes.get()),
        token_count(decoder.structure->n_structural_indexes),
        has_escapes(std::memchr(payload.bytes, '\\', payload.count) != nullptr) {}

  uint8_t record() {
    bool is_object = token_count > 0 && payload.bytes[tokens[0]] == '{';
    if (uint8_t failure = value(is_object ? 0 : none, !is_object, 0)) { return failure; }
    if (next != token_count) { return CSJ_BAD_JSON; }
    if (!is_object) { return CSJ_NOT_AN_OBJECT; }
    if (too_long) { return CSJ_STRING_TOO_LONG; }
    decoder.unexpected[row] = unexpected;
    return CSJ_OK;
  }

 private:
  csj_decoder &decoder;
  std::vector<Node> &nodes;
  Key payload;
  size_t row;
  const uint32_t *tokens;
  uint32_t token_count;
  bool has_escapes;
  bool too_long = false;  // said at the end only: a record that is no JSON is that first
  uint32_t next = 0;
  uint32_t unexpected = 0;
  std::string path;

  /// The token at hand without the white space behind it; empty at the end.
  Key token() const {
    if (next >= token_count) { return {payload.bytes, 0}; }
    size_t start = tokens[next];
    size_t end = next + 1 < token_count ? tokens[next + 1] : payload.count;
    while (end > start && is_space(payload.bytes[end - 1])) { --end; }
    return {payload.bytes + start, end - start};
  }

  bool take(uint8_t mark) {
    if (next >= token_count || payload.bytes[tokens[next]] != mark) { return false; }
    ++next;
    return true;
  }

  /// Takes a string; `text` is without quotes and unescaped, valid until the next string.
  bool string(Key &text) {
    Key quoted = token();
    if (quoted.count < 2 || quoted.bytes[0] != '"' || quoted.bytes[quoted.count - 1] != '"') {
      return false;
    }
    ++next;
    text = {quoted.bytes + 1, quoted.count - 2};
    if (!has_escapes || !std::memchr(text.bytes, '\\', text.count)) { return true; }
    decoder.scratch.assign(text.bytes, text.bytes + text.count);
    ptrdiff_t count = unescape(decoder.scratch.data(), text.count);
    if (count < 0) { return false; }
    text = {decoder.scratch.data(), size_t(count)};
    return true;
  }

  /// `node`: where in the trie the value stands, or none; `covered`: whether it stands inside
  /// something that was asked for or declared; `depth`: how many containers are open.
  uint8_t value(uint32_t node, bool covered, size_t depth) {
    Key at = token();
    if (at.count == 0) { return CSJ_BAD_JSON; }
    if (at.bytes[0] != '{' && at.bytes[0] != '[') { return scalar(node, covered, at); }
    if (depth >= decoder.options.depth) { return CSJ_TOO_DEEP; }
    bool inner = covered || (node != none && nodes[node].expected());
    uint8_t failure = at.bytes[0] == '{' ? object(node, inner, depth + 1) : array(inner, depth + 1);
    if (failure) { return failure; }
    if (node != none && !nodes[node].columns.empty()) {
      const uint8_t *end = payload.bytes + tokens[next - 1] + 1;
      store(node, CSJ_COMPOSITE, 0, {at.bytes, size_t(end - at.bytes)});
    }
    return CSJ_OK;
  }

  uint8_t object(uint32_t node, bool covered, size_t depth) {
    ++next;
    if (take('}')) {
      if (node == none && !covered) { leaf(); }
      return CSJ_OK;
    }
    uint32_t no_guess = none;
    uint32_t *guess = node == none ? &no_guess : &nodes[node].first_guess;
    size_t path_length = path.size();
    bool writes_path = decoder.options.collects_paths && !covered;
    do {
      Key key;
      if (!string(key) || !take(':')) { return CSJ_BAD_JSON; }
      uint32_t child = node == none ? none : decoder.trie.find(node, key, guess);
      if (child != none) { meet(child); }
      if (writes_path) { push(key); }
      if (uint8_t failure = value(child, covered, depth)) { return failure; }
      if (writes_path) { path.resize(path_length); }
    } while (take(','));
    return take('}') ? CSJ_OK : CSJ_BAD_JSON;
  }

  /// No path leads into an array, and as a whole it is one leaf.
  uint8_t array(bool covered, size_t depth) {
    ++next;
    if (!covered) { leaf(); }
    if (take(']')) { return CSJ_OK; }
    do {
      if (uint8_t failure = value(none, true, depth)) { return failure; }
    } while (take(','));
    return take(']') ? CSJ_OK : CSJ_BAD_JSON;
  }

  uint8_t scalar(uint32_t node, bool covered, Key at) {
    Key text = at;
    double number = 0;
    uint8_t tag = at.bytes[0] == '"' ? uint8_t(string(text) ? CSJ_STRING : CSJ_ABSENT)
                                     : literal(at, number);
    if (tag == CSJ_ABSENT) { return CSJ_BAD_JSON; }
    if (tag == CSJ_STRING && text.count == 0) { tag = CSJ_EMPTY_STRING; }
    bool is_expected = covered || (node != none && nodes[node].expected());
    // A null where an asked-for object may stand is an absent object, not a field of its own.
    if (!is_expected && !(node != none && tag == CSJ_NULL)) { leaf(); }
    if (node != none && !nodes[node].columns.empty()) { store(node, tag, number, text); }
    return CSJ_OK;
  }

  /// Takes a number or a word; CSJ_ABSENT when it is neither.
  uint8_t literal(Key at, double &number) {
    ++next;
    auto is = [&](const char *word, size_t count) {
      return at.count == count && std::memcmp(at.bytes, word, count) == 0;
    };
    switch (at.bytes[0]) {
      case 't': return is("true", 4) ? CSJ_BOOLEAN : CSJ_ABSENT;
      case 'f': return is("false", 5) ? CSJ_BOOLEAN : CSJ_ABSENT;
      case 'n': return is("null", 4) ? CSJ_NULL : CSJ_ABSENT;
      case 'N': return is("NaN", 3) ? CSJ_NAN : CSJ_ABSENT;
      case 'I':
        number = std::numeric_limits<double>::infinity();
        return is("Infinity", 8) ? CSJ_INFINITE : CSJ_ABSENT;
      case '-':
        if (is("-Infinity", 9)) {
          number = -std::numeric_limits<double>::infinity();
          return CSJ_INFINITE;
        }
    }
    return parse_number(at.bytes, at.bytes + at.count, true, number);
  }

  /// The last of several equal keys wins, with all that stands below it.
  void meet(uint32_t node) {
    if (nodes[node].seen == decoder.records) { decoder.clear(node, row); }
    nodes[node].seen = decoder.records;
  }

  void store(uint32_t node, uint8_t tag, double number, Key text) {
    bool is_text = tag == CSJ_STRING || tag == CSJ_BOOLEAN || tag == CSJ_COMPOSITE;
    const Node &target = nodes[node];
    for (size_t i = 0; i < target.columns.size(); ++i) {
      bool keeps = is_text || (tag == CSJ_NUMBER && target.wants_number_text[i]);
      Key kept = keeps ? text : Key{text.bytes, 0};
      if (kept.count > decoder.options.string_bytes) {
        too_long = true;
        return;
      }
      size_t start = keeps ? decoder.append_text(kept) : 0;
      decoder.columns[target.columns[i]].set(row, tag, number, kept, start);
    }
  }

  void push(Key key) {
    uint32_t count = uint32_t(key.count);
    path.append(reinterpret_cast<const char *>(&count), sizeof count);
    path.append(reinterpret_cast<const char *>(key.bytes), key.count);
  }

  void leaf() {
    ++unexpected;
    const csj_options &options = decoder.options;
    if (!options.collects_paths || decoder.paths.size() >= options.paths) { return; }
    if (decoder.known_paths.insert(path).second) { decoder.paths.push_back(path); }
  }
};

uint8_t decode_row(csj_decoder &decoder, Key payload, size_t row) {
  if (payload.count > decoder.options.record_bytes) { return CSJ_TOO_LARGE; }
  if (payload.count == 0) { return CSJ_BAD_JSON; }
  if (uint8_t failure = decoder.find_structure(payload)) { return failure; }
  decoder.records += 1;
  size_t text_count = decoder.text.size(), path_count = decoder.paths.size();
  uint8_t status = Walk(decoder, payload, row).record();
  if (status != CSJ_OK) {
    decoder.clear(0, row);
    decoder.text.resize(text_count);
    while (decoder.paths.size() > path_count) {
      decoder.known_paths.erase(decoder.paths.back());
      decoder.paths.pop_back();
    }
  }
  return status;
}

}  // namespace

extern "C" {

csj_decoder *csj_create(csj_options options) {
  try {
    auto decoder = std::make_unique<csj_decoder>();
    decoder->options = options;
    return decoder.release();
  } catch (...) { return nullptr; }
}

void csj_destroy(csj_decoder *decoder) { delete decoder; }

uint32_t csj_child(csj_decoder *decoder, uint32_t parent, const uint8_t *key, size_t count) {
  try {
    return decoder->trie.child(parent, {key, count});
  } catch (...) { return none; }
}

bool csj_ask(csj_decoder *decoder, uint32_t node, bool wants_number_text) {
  try {
    Node &target = decoder->trie.nodes[node];
    target.wants_number_text.push_back(wants_number_text);
    target.columns.push_back(uint32_t(decoder->columns.size()));
    decoder->columns.emplace_back();
    return true;
  } catch (...) { return false; }
}

void csj_know(csj_decoder *decoder, uint32_t node) { decoder->trie.nodes[node].known = true; }

bool csj_decode(
    csj_decoder *decoder, const uint8_t *bytes, const ptrdiff_t *starts, const ptrdiff_t *lengths,
    size_t rows) {
  try {
    decoder->text.clear();
    decoder->paths.clear();
    decoder->known_paths.clear();
    decoder->statuses.assign(rows, CSJ_OK);
    decoder->unexpected.assign(rows, 0);
    for (Column &column : decoder->columns) { column.clear(rows); }
    for (size_t row = 0; row < rows; ++row) {
      decoder->statuses[row] =
          lengths[row] < 0
              ? uint8_t(CSJ_TOMBSTONE)
              : decode_row(*decoder, {bytes + starts[row], size_t(lengths[row])}, row);
    }
    return true;
  } catch (...) { return false; }
}

csj_rows csj_decoded_rows(const csj_decoder *decoder) {
  return {
      decoder->statuses.data(), decoder->unexpected.data(), decoder->text.data(),
      decoder->text.size()};
}

csj_column csj_decoded_column(const csj_decoder *decoder, size_t column) {
  const Column &cells = decoder->columns[column];
  return {
      cells.tags.data(), cells.numbers.data(), cells.text_starts.data(),
      cells.text_lengths.data()};
}

size_t csj_unexpected_count(const csj_decoder *decoder) { return decoder->paths.size(); }

csj_bytes csj_unexpected_path(const csj_decoder *decoder, size_t index) {
  const std::string &path = decoder->paths[index];
  return {reinterpret_cast<const uint8_t *>(path.data()), path.size()};
}

uint8_t csj_parse_decimal(const uint8_t *bytes, size_t count, double *value) {
  return parse_number(bytes, bytes + count, false, *value);
}

}  // extern "C"

// One pass over one record: validates every byte, and writes what was asked for into columns.
//
// The order of the keys is learned from the records before: where the next member begins as
// expected, its key costs one comparison of sixteen bytes. Any other key is searched for, and the
// record is read on in the same way: there is no slow way beside a fast one that could differ.
#ifndef CSIMDJSON_SCANNER_HPP
#define CSIMDJSON_SCANNER_HPP

#include "Decimal.hpp"
#include "Escapes.hpp"
#include "Faults.hpp"
#include "Trie.hpp"
#include "Unexpected.hpp"

namespace csj {

inline bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Functions take where something begins, before the payload's end, and return where it ends, or
/// nullptr when it is not there. What they return may lie behind the payload's end, of which 64
/// bytes can be read and mean nothing: who goes on from there has to look. Recursion is bounded by
/// `options.depth`.
class Scanner {
 public:
  /// What the record was found to be; CSJ_OK, or the first fault.
  uint8_t status = CSJ_BAD_JSON;
  uint32_t unexpected = 0;

  Scanner(const csj_options &options, Trie &trie, Columns &columns, UnexpectedPaths &paths)
      : options(options), trie(trie), columns(columns), paths(paths) {}

  /// Scans a record, which becomes a row; `number` is not that of any record before.
  void scan(Key payload, size_t row, uint64_t number) {
    this->row = row;
    this->number = number;
    status = CSJ_BAD_JSON;
    unexpected = 0;
    too_long = false;
    non_ascii = 0;
    path.clear();
    end = payload.bytes + payload.count;
    const uint8_t *at = skip_space(payload.bytes);
    if (at == end) { return; }
    bool is_object = *at == '{';
    if (!is_object) { at = isolated(at); }
    at = value(at, is_object ? &trie.nodes[0] : nullptr, !is_object, 0);
    if (!at || skip_space(at) != end || (non_ascii && !is_utf8(payload))) { return; }
    status = !is_object ? CSJ_NOT_AN_OBJECT : too_long ? CSJ_STRING_TOO_LONG : CSJ_OK;
  }

 private:
  static constexpr size_t padding = 64;
  const csj_options &options;
  Trie &trie;
  Columns &columns;
  UnexpectedPaths &paths;
  size_t row = 0;
  uint64_t number = 0;
  const uint8_t *end = nullptr;
  bool too_long = false;   // said at the end only: a record that is no JSON is that first
  uint32_t non_ascii = 0;  // nonzero when there may be a byte beyond ASCII
  std::string path;
  std::vector<uint8_t> unescaped, copy;

  /// A copy of what is to be scanned with nothing behind it that it could be taken to go on with;
  /// an object needs none, for what is left of it without its last byte is none.
  const uint8_t *isolated(const uint8_t *at) {
    size_t count = size_t(end - at);
    copy.assign(at, end);
    copy.resize(count + padding);
    end = copy.data() + count;
    return copy.data();
  }

  const uint8_t *skip_space(const uint8_t *at) const {
    if (*at > ' ') { return at; }
    while (at < end && is_space(*at)) { ++at; }
    return at;
  }

  /// Where bytes that stand for themselves in a string stop, or `end` when they do not before.
  [[gnu::always_inline]] const uint8_t *skip_plain(const uint8_t *at) {
    for (; at < end; at += sizeof(Wide)) {
      Sixteen bytes(at);
      non_ascii |= bytes.beyond_ascii();
      if (uint32_t special = bytes.special()) {
        return std::min(end, at + __builtin_ctz(special));
      }
    }
    return end;
  }

  /// Reads a string; `text` is without quotes and unescaped, valid until the next string.
  [[gnu::always_inline]] const uint8_t *string(const uint8_t *at, Key &text) {
    const uint8_t *start = at + 1;
    at = skip_plain(start);
    if (at < end && *at == '"') {
      text = {start, size_t(at - start)};
      return at + 1;
    }
    return escaped_string(start, at, text);
  }

  /// The same of a string that is plain only up to `at`.
  [[gnu::noinline]] const uint8_t *escaped_string(
      const uint8_t *start, const uint8_t *at, Key &text) {
    while (at < end && *at == '\\') { at = skip_plain(at + 2); }
    if (at >= end || *at != '"') { return nullptr; }
    unescaped.assign(start, at + sizeof(Wide));
    ptrdiff_t count = unescape(unescaped.data(), size_t(at - start));
    if (count < 0) { return nullptr; }
    text = {unescaped.data(), size_t(count)};
    return at + 1;
  }

  /// `node`: where in the trie the value stands, or none; `covered`: whether it stands inside
  /// something that was asked for or declared; `depth`: how many containers are open.
  [[gnu::always_inline]] const uint8_t *value(
      const uint8_t *at, Node *node, bool covered, size_t depth) {
    if (*at == '"') {
      Key text;
      at = string(at, text);
      if (!at) { return nullptr; }
      if (Column *column = destination(node, covered)) {
        if (text.count == 0) {
          columns.put(column, row, CSJ_EMPTY_STRING);
        } else if (fits(text)) {
          columns.put(column, row, CSJ_STRING, text);
        }
      }
      return at;
    }
    if (*at == '{' || *at == '[') { return container(at, node, covered, depth); }
    const uint8_t *start = at;
    double number;
    uint8_t tag = CSJ_NUMBER;
    at = read_short_number(at, number);
    if (!at) {
      at = start;
      tag = read_number(at, end, Grammar::json, number);
      if (tag == CSJ_ABSENT) { return word(at, node, covered); }
    }
    if (Column *column = destination(node, covered)) {
      columns.put(column, row, tag, number);
      for (; column && tag == CSJ_NUMBER; column = column->also) {
        if (column->wants_number_text) { keep_number_text(*column, {start, size_t(at - start)}); }
      }
    }
    return at;
  }

  /// The columns a scalar goes into, if it was asked for; counts it where nobody expected it.
  Column *destination(Node *node, bool covered) {
    if (node && node->column) { return node->column; }
    if (!covered && !(node && node->expected)) { leaf(); }
    return nullptr;
  }

  [[gnu::noinline]] void keep_number_text(Column &column, Key text) {
    if (fits(text)) { columns.keep(column, row, text); }
  }

  bool fits(Key text) {
    if (text.count <= options.string_bytes) { return true; }
    too_long = true;
    return false;
  }

  /// Reads a word that is a value.
  [[gnu::noinline]] const uint8_t *word(const uint8_t *at, Node *node, bool covered) {
    auto is = [&](const char *word, size_t count) {
      return size_t(end - at) >= count && std::memcmp(at, word, count) == 0;
    };
    auto put_text = [&](size_t count) {
      Key text = {at, count};
      Column *column = destination(node, covered);
      if (column && fits(text)) { columns.put(column, row, CSJ_BOOLEAN, text); }
      return at + count;
    };
    auto put = [&](size_t count, uint8_t tag, double number) {
      if (Column *column = destination(node, covered)) { columns.put(column, row, tag, number); }
      return at + count;
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    // Which of both it is goes into the count, as a branch would go wrong where values are random.
    bool is_true = is("true", 4);
    if (is_true | is("false", 5)) { return put_text(5 - size_t(is_true)); }
    // A null where an asked-for object may stand is an absent object, not a field of its own.
    if (is("null", 4)) { return node && !node->column ? at + 4 : put(4, CSJ_NULL, 0); }
    if (is("NaN", 3)) { return put(3, CSJ_NAN, 0); }
    if (is("Infinity", 8)) { return put(8, CSJ_INFINITE, infinity); }
    if (is("-Infinity", 9)) { return put(9, CSJ_INFINITE, -infinity); }
    return nullptr;
  }

  [[gnu::noinline]] const uint8_t *container(
      const uint8_t *at, Node *node, bool covered, size_t depth) {
    if (depth >= options.depth) {
      status = CSJ_TOO_DEEP;
      return nullptr;
    }
    const uint8_t *start = at;
    bool inner = covered || (node && node->expected);
    at = *at == '{' ? object(at, node, inner, depth + 1) : array(at, inner, depth + 1);
    if (at && node && node->column) {
      Key text = {start, size_t(at - start)};
      if (fits(text)) { columns.put(node->column, row, CSJ_COMPOSITE, text); }
    }
    return at;
  }

  const uint8_t *object(const uint8_t *at, Node *node, bool covered, size_t depth) {
    at = skip_space(at + 1);
    if (at < end && *at == '}') {
      if (!node && !covered) { leaf(); }
      return at + 1;
    }
    Node *no_guess = &trie.nobody;
    Node **guess = node ? &node->first_guess : &no_guess;
    size_t path_length = path.size();
    bool writes_path = options.collects_paths && !covered;
    for (;;) {
      Node *child = *guess;
      if (!writes_path && child->begins(at, end)) {
        at += child->literal_count;
        guess = &child->next_guess;
      } else {
        at = key(at, node, guess, child, writes_path);
        if (!at) { return nullptr; }
      }
      at = skip_space(at);
      if (at >= end) { return nullptr; }
      if (child) { meet(child); }
      at = value(at, child, covered, depth);
      if (!at) { return nullptr; }
      at = skip_space(at);
      if (writes_path) { path.resize(path_length); }
      if (at >= end) { return nullptr; }
      if (*at == '}') { return at + 1; }
      if (*at != ',') { return nullptr; }
      at = skip_space(at + 1);
    }
  }

  /// Reads any key, with its colon.
  [[gnu::always_inline]] const uint8_t *key(
      const uint8_t *at, Node *node, Node **&guess, Node *&child, bool writes_path) {
    if (at >= end || *at != '"') { return nullptr; }
    Key key;
    at = string(at, key);
    if (!at) { return nullptr; }
    at = skip_space(at);
    if (at >= end || *at != ':') { return nullptr; }
    if (writes_path) { push(path, key); }
    child = node ? trie.search(node, key) : nullptr;
    if (child) {
      *guess = child;
      guess = &child->next_guess;
    }
    return at + 1;
  }

  /// No path leads into an array, and as a whole it is one leaf.
  const uint8_t *array(const uint8_t *at, bool covered, size_t depth) {
    if (!covered) { leaf(); }
    at = skip_space(at + 1);
    if (at < end && *at == ']') { return at + 1; }
    for (;;) {
      if (at >= end) { return nullptr; }
      at = value(at, nullptr, true, depth);
      if (!at) { return nullptr; }
      at = skip_space(at);
      if (at >= end) { return nullptr; }
      if (*at == ']') { return at + 1; }
      if (*at != ',') { return nullptr; }
      at = skip_space(at + 1);
    }
  }

  /// The last of several equal keys wins, with all that stands below it.
  void meet(Node *node) {
    if (node->seen == number) { forget(node); }
    node->seen = number;
  }

  void forget(Node *node) {
    for (Column *column = node->column; column; column = column->also) { column->forget(row); }
    for (Node *child : node->children) { forget(child); }
  }

  void leaf() {
    ++unexpected;
    if (options.collects_paths) { paths.add(path, options.paths); }
  }
};

}  // namespace csj

#endif

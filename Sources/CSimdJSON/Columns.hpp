// The typed columns of one batch, and the bytes their texts point into.
#ifndef CSIMDJSON_COLUMNS_HPP
#define CSIMDJSON_COLUMNS_HPP

#include "CSimdJSON.h"
#include "Dictionary.hpp"

#include <deque>
#include <memory>
#include <stdexcept>
#include <vector>

namespace csj {

struct Column {
  std::vector<uint8_t> tags;
  std::vector<double> numbers;
  std::vector<uint32_t> text_starts, text_lengths;
  std::vector<int32_t> codes;
  std::unique_ptr<Dictionary> categories;  // none where texts get no codes
  bool wants_text = false, wants_number_text = false;
  bool has_numbers = false, has_texts = false;  // in any row since the arrays were cleared
  Column *also = nullptr;                       // another one that is asked for the same path

  void clear(size_t rows) {
    tags.assign(rows, CSJ_ABSENT);
    if (has_numbers || numbers.size() != rows) { numbers.assign(rows, 0); }
    if (has_texts || text_starts.size() != rows) {
      text_starts.assign(rows, 0);
      text_lengths.assign(rows, 0);
    }
    if (categories) { codes.assign(rows, -1); }
    has_numbers = has_texts = false;
  }

  void forget(size_t row) {
    tags[row] = CSJ_ABSENT;
    numbers[row] = 0;
    text_starts[row] = text_lengths[row] = 0;
    if (categories) { codes[row] = -1; }
  }
};

/// All columns and their texts. What is written goes into cells that hold nothing yet, of a column
/// and of the others for the same path.
class Columns {
 public:
  std::deque<Column> all;     // which stay where they are when one is added
  std::vector<uint8_t> text;  // longer than what is in use
  size_t text_count = 0;      // never beyond text.size()

  void clear(size_t rows) {
    for (Column &column : all) { column.clear(rows); }
    text_count = 0;
  }

  void put(Column *column, size_t row, uint8_t tag) {
    for (; column; column = column->also) { column->tags[row] = tag; }
  }

  void put(Column *column, size_t row, uint8_t tag, double number) {
    for (; column; column = column->also) {
      column->tags[row] = tag;
      column->numbers[row] = number;
      column->has_numbers = true;
    }
  }

  void put(Column *column, size_t row, uint8_t tag, Key text) {
    for (; column; column = column->also) {
      column->tags[row] = tag;
      keep(*column, row, text);
    }
  }

  /// Looks a cell's text up among the categories and copies it, as far as it is asked for.
  void keep(Column &column, size_t row, Key text) {
    if (column.categories) { column.codes[row] = column.categories->code(text); }
    if (column.wants_text) { copy(column, row, text); }
  }

 private:
  void copy(Column &column, size_t row, Key added) {
    // Most texts are short; what is copied too much is written over by the next.
    constexpr size_t least = sizeof(Wide);
    if (added.count + least > text.size() - text_count) { grow(added.count + least); }
    std::memcpy(text.data() + text_count, added.bytes, least);
    if (added.count > least) {
      std::memcpy(text.data() + text_count + least, added.bytes + least, added.count - least);
    }
    column.text_starts[row] = uint32_t(text_count);
    column.text_lengths[row] = uint32_t(added.count);
    column.has_texts = true;
    text_count += added.count;
  }

  [[gnu::noinline]] void grow(size_t added) {
    if (text_count + added > UINT32_MAX) { throw std::length_error("text of a batch"); }
    size_t doubled = std::min(text.size() * 2, size_t(UINT32_MAX));
    text.resize(std::max(doubled, text_count + added));
  }
};

}  // namespace csj

#endif

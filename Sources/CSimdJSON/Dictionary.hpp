// The categories of a field: texts that become numbers while their bytes are at hand.
#ifndef CSIMDJSON_DICTIONARY_HPP
#define CSIMDJSON_DICTIONARY_HPP

#include "Words.hpp"

#include <vector>

namespace csj {

class Dictionary {
 public:
  /// The place of a text among those that were added, from 0; -1 when it is none of them.
  int32_t code(Key text) const { return table[slot(text)]; }

  /// Adds a text behind the others; of equal ones the first counts. Nothing behind it is read.
  void add(const uint8_t *added, size_t count) {
    size_t start = bytes.size();
    bytes.insert(bytes.end(), added, added + count);
    bytes.resize(bytes.size() + sizeof(Wide));
    entries.push_back({beginning({bytes.data() + start, count}), start, count});
    if (entries.size() * 2 > table.size()) {
      table.assign(table.size() * 2, -1);
      for (size_t code = 0; code < entries.size(); ++code) { enter(int32_t(code)); }
    } else {
      enter(int32_t(entries.size() - 1));
    }
  }

 private:
  struct Entry {
    Wide beginning;
    size_t start, count;  // in `bytes`
  };

  std::vector<Entry> entries;
  std::vector<uint8_t> bytes;  // of all texts, each with padding behind it
  std::vector<int32_t> table = std::vector<int32_t>(4, -1);  // open addressing, a power of two

  /// Where in the table the text is, or would be.
  size_t slot(Key text) const {
    Wide start = beginning(text);
    for (size_t slot = hash(text, start, 0);; ++slot) {
      slot &= table.size() - 1;
      if (table[slot] < 0) { return slot; }
      const Entry &entry = entries[size_t(table[slot])];
      bool may_be = (entry.beginning == start) & (entry.count == text.count);
      if (may_be && ends_alike(text, {bytes.data() + entry.start, entry.count})) { return slot; }
    }
  }

  void enter(int32_t code) {
    const Entry &entry = entries[size_t(code)];
    int32_t &place = table[slot({bytes.data() + entry.start, entry.count})];
    if (place < 0) { place = code; }
  }
};

}  // namespace csj

#endif

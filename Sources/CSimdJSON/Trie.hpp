// The paths a decoder is asked for, as a trie of keys.
#ifndef CSIMDJSON_TRIE_HPP
#define CSIMDJSON_TRIE_HPP

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace csj {

/// No node.
constexpr uint32_t none = UINT32_MAX;

struct Key {
  const uint8_t *bytes;
  size_t count;
};

struct Node {
  std::string key;
  uint32_t parent;
  std::vector<uint32_t> children;
  std::vector<uint32_t> columns;  // where its value goes; none when it is only passed through
  std::vector<bool> wants_number_text;
  bool known = false;
  uint64_t seen = 0;           // the record in which it was last met
  uint32_t first_guess = none;  // the child that came first in the last such object
  uint32_t next_guess = none;   // the sibling that came next

  bool expected() const { return known || !columns.empty(); }
};

class Trie {
 public:
  std::vector<Node> nodes;

  Trie() : table(16, none) { nodes.push_back({"", none, {}, {}, {}}); }

  uint32_t child(uint32_t parent, Key key) {
    uint32_t found = search(parent, key);
    if (found != none) { return found; }
    std::string name;
    if (key.count != 0) { name.assign(reinterpret_cast<const char *>(key.bytes), key.count); }
    nodes.push_back({std::move(name), parent, {}, {}, {}});
    uint32_t added = uint32_t(nodes.size() - 1);
    nodes[parent].children.push_back(added);
    enter(added);
    if (nodes.size() * 2 > table.size()) {
      table.assign(table.size() * 2, none);
      for (uint32_t node = 1; node < nodes.size(); ++node) { enter(node); }
    }
    return added;
  }

  /// Finds a child, first where the order of the records before says it will be.
  uint32_t find(uint32_t parent, Key key, uint32_t *&guess) {
    uint32_t found = *guess;
    if (found == none || !is(found, parent, key)) {
      found = search(parent, key);
      if (found == none) { return none; }
      *guess = found;
    }
    guess = &nodes[found].next_guess;
    return found;
  }

 private:
  std::vector<uint32_t> table;  // open addressing over (parent, key); a power of two

  bool is(uint32_t node, uint32_t parent, Key key) const {
    const Node &candidate = nodes[node];
    return candidate.parent == parent && candidate.key.size() == key.count &&
           std::memcmp(candidate.key.data(), key.bytes, key.count) == 0;
  }

  static uint64_t hash(uint32_t parent, Key key) {
    constexpr uint64_t multiplier = 0x9E3779B97F4A7C15;
    uint64_t state = (parent + 1) * multiplier ^ key.count, word;
    size_t at = 0;
    for (; at + 8 <= key.count; at += 8) {
      std::memcpy(&word, key.bytes + at, 8);
      state = (state ^ word) * multiplier;
      state ^= state >> 32;
    }
    for (; at < key.count; ++at) { state = (state ^ key.bytes[at]) * multiplier; }
    return state ^ state >> 29;
  }

  uint32_t search(uint32_t parent, Key key) const {
    for (size_t slot = hash(parent, key);; ++slot) {
      uint32_t node = table[slot & (table.size() - 1)];
      if (node == none || is(node, parent, key)) { return node; }
    }
  }

  void enter(uint32_t node) {
    const Node &entry = nodes[node];
    size_t slot = hash(
        entry.parent,
        {reinterpret_cast<const uint8_t *>(entry.key.data()), entry.key.size()});
    while (table[slot & (table.size() - 1)] != none) { ++slot; }
    table[slot & (table.size() - 1)] = node;
  }
};

}  // namespace csj

#endif

// The paths a decoder is asked for, as a trie of keys that learns in which order they come.
#ifndef CSIMDJSON_TRIE_HPP
#define CSIMDJSON_TRIE_HPP

#include "Columns.hpp"

#include <string>

namespace csj {

struct alignas(64) Node {
  // What each record looks at comes first, in one cache line.
  Wide literal = 1;  // how its member most likely begins, `"key":`; with no mask, none does
  Wide literal_mask = 0;
  Column *column = nullptr;    // where its value goes; none when it is only passed through
  uint64_t seen = 0;           // the record in which it was last met
  Node *next_guess = nullptr;  // the sibling that came next in the last record
  uint32_t literal_count = 0;
  bool expected = false;  // asked for, or declared as known

  Node *first_guess = nullptr;  // the child that came first in the last such object
  const Node *parent = nullptr;
  uint32_t index = 0;  // among all nodes
  size_t key_count = 0;
  Wide key = 0;      // the beginning of it
  std::string text;  // all of `"key":`
  std::vector<Node *> children;

  /// Whether a member begins with this node's key, as far as `end`.
  [[gnu::always_inline]] bool begins(const uint8_t *at, const uint8_t *end) const {
    if ((load<Wide>(at) & literal_mask) != literal) { return false; }
    constexpr size_t compared = sizeof(Wide);
    return literal_count <= compared ||
           (size_t(end - at) >= literal_count &&
            std::memcmp(at + compared, text.data() + compared, literal_count - compared) == 0);
  }

  bool is(const Node *parent, Wide beginning, Key key) const {
    bool may_be =
        (this->key == beginning) & (key_count == key.count) & (this->parent == parent);
    return may_be && ends_alike(key, {bytes() + 1, key_count});
  }

 private:
  const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(text.data()); }
};

class Trie {
 public:
  std::deque<Node> nodes;  // the first is the root; they stay where they are
  Node nobody;             // the guess where there is none: nothing begins with its key

  Trie() : nodes(1), table(16) { nodes[0].first_guess = &nobody; }

  /// The child of a node that has this key; it is added where there is none.
  Node &child(Node &parent, const uint8_t *bytes, size_t count) {
    std::string text = "\"";
    if (count != 0) { text.append(reinterpret_cast<const char *>(bytes), count); }
    text += "\":";
    std::string padded = text + std::string(sizeof(Wide), '\0');
    Key literal = {reinterpret_cast<const uint8_t *>(padded.data()), text.size()};
    Key key = {literal.bytes + 1, count};
    if (Node *found = search(&parent, key)) { return *found; }
    Node &node = nodes.emplace_back();
    // A key that cannot be written without escapes is never guessed.
    bool is_plain = std::all_of(key.bytes, key.bytes + count, [](uint8_t c) {
      return c >= 0x20 && c != '"' && c != '\\';
    });
    if (is_plain) {
      node.literal = beginning(literal);
      node.literal_mask = mask(literal.count);
      node.literal_count = uint32_t(literal.count);
    }
    node.next_guess = node.first_guess = &nobody;
    node.parent = &parent;
    node.index = uint32_t(nodes.size() - 1);
    node.key = beginning(key);
    node.key_count = count;
    node.text = std::move(text);
    parent.children.push_back(&node);
    table[slot(&parent, key)] = &node;
    if (nodes.size() * 4 > table.size()) { grow(); }
    return node;
  }

  /// The child of a node that has this key, or nullptr.
  Node *search(const Node *parent, Key key) const { return table[slot(parent, key)]; }

 private:
  std::vector<Node *> table;  // open addressing over (parent, key); a power of two

  /// Where in the table the node is, or would be.
  [[gnu::always_inline]] size_t slot(const Node *parent, Key key) const {
    Wide start = beginning(key);
    for (size_t slot = hash(key, start, parent->index);; ++slot) {
      slot &= table.size() - 1;
      if (!table[slot] || table[slot]->is(parent, start, key)) { return slot; }
    }
  }

  void grow() {
    table.assign(table.size() * 2, nullptr);
    for (Node &node : nodes) {
      if (!node.parent) { continue; }
      std::string padded = node.text + std::string(sizeof(Wide), '\0');
      Key key = {reinterpret_cast<const uint8_t *>(padded.data()) + 1, node.key_count};
      table[slot(node.parent, key)] = &node;
    }
  }
};

}  // namespace csj

#endif

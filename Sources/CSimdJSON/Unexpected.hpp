// The paths of fields that were neither asked for nor declared as known.
#ifndef CSIMDJSON_UNEXPECTED_HPP
#define CSIMDJSON_UNEXPECTED_HPP

#include "Words.hpp"

#include <string>
#include <unordered_set>
#include <vector>

namespace csj {

class UnexpectedPaths {
 public:
  /// Each once, in order of appearance.
  std::vector<std::string> all;

  void clear() {
    all.clear();
    known.clear();
  }

  void add(const std::string &path, size_t limit) {
    if (all.size() < limit && known.insert(path).second) { all.push_back(path); }
  }

  /// Forgets all but the first.
  void truncate(size_t count) {
    while (all.size() > count) {
      known.erase(all.back());
      all.pop_back();
    }
  }

 private:
  std::unordered_set<std::string> known;
};

/// Appends a key to a path: a native 32-bit length and its bytes.
inline void push(std::string &path, Key key) {
  uint32_t count = uint32_t(key.count);
  path.append(reinterpret_cast<const char *>(&count), sizeof count);
  path.append(reinterpret_cast<const char *>(key.bytes), key.count);
}

}  // namespace csj

#endif

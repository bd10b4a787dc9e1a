// Random numbers that are the same on every machine: the standard's distributions are not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

class Random {
 public:
  explicit Random(uint64_t seed) : state(seed) {}

  // splitmix64
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }

  uint64_t below(uint64_t limit) { return next() % limit; }
  bool one_in(uint64_t count) { return below(count) == 0; }

  template <typename T>
  const T &one_of(const std::vector<T> &choices) {
    return choices[below(choices.size())];
  }

 private:
  uint64_t state;
};

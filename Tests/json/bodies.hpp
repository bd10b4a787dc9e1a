// Bodies of requests that two readers may read in two ways.
#pragma once

#include <string>

#include "random.hpp"

class Bodies {
 public:
  explicit Bodies(uint64_t seed) : random(seed) {}

  std::string next();

 private:
  std::string spelled(const std::string &text, bool is_name);
  std::string string(const std::string &text, bool is_name = false);
  std::string member(const std::string &name, const std::string &value);
  std::string object(std::vector<std::string> members);
  std::string noise();
  std::string params(const std::string &key, const std::string &target);
  std::string message();
  void spoil(std::string &body);

  // Something that most readers refuse; rarer in a body that is calm.
  bool is_odd(uint64_t count) { return random.one_in(count * calm); }

  Random random;
  uint64_t calm = 1;
};

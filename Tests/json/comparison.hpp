// One text, read by the library, by jansson and by simdjson.
#pragma once

#include <string>
#include <vector>

#include "readers.hpp"

struct Comparison {
  Reading ours;
  std::vector<std::string> faults;      // what must not be
  std::vector<std::string> differences; // what has a reason; by the names of differences.json

  void fault(const std::string &what) { faults.push_back(what); }
  void difference(const std::string &name) { differences.push_back(name); }
};

Comparison compare(const std::string &text, const Mode &mode);

// What can be printed of it.
std::string shown(const std::string &bytes);

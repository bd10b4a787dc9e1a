// The reader and the writer under libFuzzer, each input beside jansson and simdjson: see Tests/json/comparison.hpp.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "comparison.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return -1;
  const Mode &mode = size % 2 ? as_token : as_message;
  Comparison found = compare(std::string(reinterpret_cast<const char *>(data), size), mode);
  for (auto &what : found.faults) fprintf(stderr, "as a %s: %s\n", mode.name, what.c_str());
  if (!found.faults.empty()) abort();
  return 0;
}

// The library's reader and writer beside jansson and simdjson, text by text: the same verdict, the same values in the same
// order, doubles to the bit. What is read is written, and read again by all of them.
//
// usage: differential DIFFERENCES RECORDS [COUNT [SEED]]
//
// Differences that are known are listed in DIFFERENCES with their reasons. One that is not listed fails, and so does one
// that is listed and did not occur. A part of the texts, and all that there was a difference about, go to RECORDS, for the
// comparison with Python's reader: see python_reader.py.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "comparison.hpp"
#include "documents.hpp"

static std::map<std::string, long> occurred;
static std::set<std::string> listed;
static std::set<std::string> optional; // of other versions of what is compared with
static long failures, texts, accepted_texts;
static FILE *records;

static void record(const std::string &text, const Mode &mode, const Reading &ours) {
  auto put = [](const std::string &bytes) {
    uint32_t count = uint32_t(bytes.size());
    fwrite(&count, sizeof count, 1, records);
    fwrite(bytes.data(), 1, count, records);
  };
  fputc(mode.allows_null ? 'm' : 't', records);
  fputc(ours.accepted ? 'y' : 'n', records);
  put(text), put(ours.value), put(ours.written);
}

static void try_text(const std::string &text) {
  const Mode &mode = texts++ % 2 ? as_message : as_token;
  Comparison found = compare(text, mode);
  for (auto &name : found.differences) {
    if (!listed.count(name)) found.fault(name + ", which is not listed");
    if (occurred[name]++ == 0) printf("  first %s: %s\n", name.c_str(), shown(text).c_str());
  }
  for (auto &what : found.faults) {
    if (++failures <= 30) printf("not ok - as a %s: %s\n  text: %s\n", mode.name, what.c_str(), shown(text).c_str());
  }
  accepted_texts += found.ours.accepted;
  if (texts % 13 == 0 || !found.differences.empty() || !found.faults.empty()) record(text, mode, found.ours);
}

// ---- all of them --------------------------------------------------------------------------------------------------------

static void read_list(const char *path) {
  json_error_t error;
  json_t *list = json_load_file(path, 0, &error), *entry;
  size_t index;
  if (!list) {
    fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    exit(2);
  }
  json_array_foreach(list, index, entry) {
    std::string key = json_string_value(json_object_get(entry, "difference"));
    if (key.compare(0, 6, "Python") == 0) continue;
    listed.insert(key);
    if (json_is_true(json_object_get(entry, "optional"))) optional.insert(key);
  }
  json_decref(list);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: differential DIFFERENCES RECORDS [COUNT [SEED]]\n");
    return 2;
  }
  long count = argc > 3 ? atol(argv[3]) : 600000;
  Documents documents(argc > 4 ? strtoull(argv[4], nullptr, 0) : 20260728);
  read_list(argv[1]);
  records = fopen(argv[2], "wb");
  if (!records) return perror(argv[2]), 2;

  for_each_of_families(try_text);
  long of_families = texts;
  for (long i = 0; i < count; i++) try_text(documents.next());
  fclose(records);

  printf("%ld texts of families, %ld generated and mutated; %ld accepted, %ld refused\n", of_families, count,
         accepted_texts, texts - accepted_texts);
  for (auto &[key, times] : occurred) printf("  %8ld  %s\n", times, key.c_str());
  for (auto &key : listed) {
    if (occurred.count(key) || optional.count(key)) continue;
    printf("not ok - listed, and did not occur: %s\n", key.c_str());
    failures++;
  }
  printf("%ld failures\n", failures);
  return failures != 0;
}

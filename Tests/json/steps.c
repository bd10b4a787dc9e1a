/*
 * Reads one text of a kind and a size that an attacker may choose: steps KIND SIZE. Run under callgrind, which counts the
 * instructions: see steps.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

static char *text;
static size_t len, room;

static void put(const char *part) {
  size_t count = strlen(part);
  if (len + count + 1 > room && (text = realloc(text, room = (len + count + 1) * 2)) == NULL) abort();
  memcpy(text + len, part, count + 1);
  len += count;
}

static void putf(const char *format, size_t number) {
  char part[128];
  snprintf(part, sizeof part, format, number);
  put(part);
}

/* Names that begin, end and are as long as each other: what a table of short fingerprints takes for the same. */
static void clashing(size_t size) {
  for (size_t i = 0; i < size; i++) putf(i ? ",\"name%08zutail\":1" : "{\"name%08zutail\":1", i);
  put("}");
}

/* The same, as escapes. */
static void clashing_escapes(size_t size) {
  for (size_t i = 0; i < size; i++) {
    put(i ? ",\"\\u006eame" : "{\"\\u006eame");
    for (size_t digit = 0, rest = i; digit < 8; digit++, rest /= 10) putf("\\u003%zu", rest % 10);
    put("tail\":1");
  }
  put("}");
}

static void other_names(size_t size) {
  for (size_t i = 0; i < size; i++) putf(i ? ",\"%zu\":1" : "{\"%zu\":1", i);
  put("}");
}

/* Many objects with clashes: what is made ready for one must not cost each of them as much as the largest. */
static void many_objects(size_t size) {
  put("[");
  clashing(1000);
  for (size_t i = 0; i < size; i++) {
    put(",");
    clashing(8);
  }
  put("]");
}

static void small_values(size_t size) {
  put("[1");
  for (size_t i = 0; i < size; i++) put(",2");
  put("]");
}

static void escapes(size_t size) {
  put("[\"");
  for (size_t i = 0; i < size; i++) put("\\ud83d\\ude00\\n");
  put("\"]");
}

static void long_numbers(size_t size) {
  put("[1");
  for (size_t i = 0; i < size; i++) put(i % 2 ? "2345678901" : "0000000000");
  put("]");
}

static void backslashes(size_t size) {
  put("[\"");
  for (size_t i = 0; i < size; i++) put("\\\\");
  put("\"]");
}

/* The error is at the very end. */
static void broken(size_t size) {
  put("[{\"a\":[1,\"x\"]}");
  for (size_t i = 0; i < size; i++) put(",{\"a\":[1,\"x\"]}");
}

static const struct {
  const char *name;
  void (*make)(size_t);
  int status;
} kinds[] = {
    {"clashing", clashing, JSON_PROBE_READ},         {"clashing_escapes", clashing_escapes, JSON_PROBE_READ},
    {"other_names", other_names, JSON_PROBE_READ},   {"many_objects", many_objects, JSON_PROBE_READ},
    {"small_values", small_values, JSON_PROBE_READ}, {"escapes", escapes, JSON_PROBE_READ},
    {"long_numbers", long_numbers, JSON_PROBE_READ}, {"backslashes", backslashes, JSON_PROBE_READ},
    {"broken", broken, JSON_PROBE_REFUSED},
};

int main(int argc, char **argv) {
  if (argc == 1) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) puts(kinds[i].name);
    return 0;
  }
  for (size_t i = 0; argc == 3 && i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].name, argv[1]) != 0) continue;
    kinds[i].make((size_t)atol(argv[2]));
    json_probe *probe = json_probe_parse(text, len, 512, 10000000);
    int status = json_probe_status(probe);
    json_probe_free(probe);
    free(text);
    return status == kinds[i].status ? 0 : 1;
  }
  fprintf(stderr, "usage: steps [KIND SIZE]\n");
  return 2;
}

/*
 * log.c: what happened, on standard error, one line each. Clients and users choose some of the text, so that control
 * characters, which a terminal would obey, are replaced.
 */
#include "issuer.h"

#include <stdarg.h>

void log_event(const char *format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  for (char *c = line; *c != '\0'; c++) {
    if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
  }
  fprintf(stderr, PROGRAM ": %s\n", line);
}

/*
 * A small test harness: a program is a list of cases; each prints one TAP line, and the last line counts them.
 *
 * A CHECK that fails prints file, line and what was found, and marks its case as failed; REQUIRE also leaves the
 * function. Arguments of a program are the names of the cases to run; none means all of them.
 */
#ifndef CHECK_H
#define CHECK_H

#include <mcpauth.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A case may run several threads. */
#ifdef __cplusplus
#include <atomic>
typedef std::atomic<unsigned> check_counter;
#else
typedef _Atomic unsigned check_counter;
#endif
extern check_counter check_failures_of_case;

#define CHECK_FAIL(...) check_fail(__FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 3, 4))) static inline void check_fail(const char *file, int line, const char *message,
                                                                    ...) {
  va_list arguments;
  va_start(arguments, message);
  printf("# %s:%d: ", file, line);
  vprintf(message, arguments);
  putchar('\n');
  fflush(stdout);
  va_end(arguments);
  check_failures_of_case++;
}

#define CHECK(condition)                                    \
  do {                                                      \
    if (!(condition)) CHECK_FAIL("not so: %s", #condition); \
  } while (0)

#define REQUIRE(condition)                  \
  do {                                      \
    if (!(condition)) {                     \
      CHECK_FAIL("needed: %s", #condition); \
      return;                               \
    }                                       \
  } while (0)

#define CHECK_INT(actual, expected)                                                                                \
  do {                                                                                                             \
    long long check_actual = (long long)(actual), check_expected = (long long)(expected);                          \
    if (check_actual != check_expected) CHECK_FAIL("%s is %lld, not %lld", #actual, check_actual, check_expected); \
  } while (0)

#define CHECK_RESULT(actual, expected)                                              \
  do {                                                                              \
    mcpauth_result check_actual = (actual), check_expected = (expected);            \
    if (check_actual != check_expected)                                             \
      CHECK_FAIL("%s gives %s, not %s", #actual, mcpauth_result_name(check_actual), \
                 mcpauth_result_name(check_expected));                              \
  } while (0)

/* The library's text: never a NULL pointer, followed by a NUL, and equal to the C string expected. */
#define CHECK_STR(actual, expected) check_str(__FILE__, __LINE__, #actual, (actual), (expected))

static inline void check_str(const char *file, int line, const char *what, mcpauth_str actual, const char *expected) {
  if (actual.data != NULL && actual.data[actual.len] == '\0' && actual.len == strlen(expected) &&
      memcmp(actual.data, expected, actual.len) == 0)
    return;
  if (actual.data == NULL)
    check_fail(file, line, "%s has no data", what);
  else if (actual.data[actual.len] != '\0')
    check_fail(file, line, "%s is not followed by a NUL", what);
  else
    check_fail(file, line, "%s is \"%.*s\", not \"%s\"", what, (int)actual.len, actual.data, expected);
}

/* The library's text contains the C string. */
#define CHECK_CONTAINS(actual, part)                                                                             \
  do {                                                                                                           \
    mcpauth_str check_text = (actual);                                                                           \
    if (check_text.data == NULL || strstr(check_text.data, (part)) == NULL)                                      \
      CHECK_FAIL("%s is \"%s\", without \"%s\"", #actual, check_text.data ? check_text.data : "(null)", (part)); \
  } while (0)

typedef struct {
  const char *name;
  void (*run)(void);
} check_case;

#define CASE(function) {#function, function}

/*
 * The bound for all the waits of a case together, so that none of them needs one of its own: a case that has not ended
 * after this waits for something that does not come, and the program ends. Far longer than any case takes on a slow machine.
 */
#ifndef CASE_SECONDS
#define CASE_SECONDS 600
#endif

static const char *volatile check_case_now;
static pid_t check_process;

static inline void check_out_of_time(int signal_number) {
  (void)signal_number;
  if (getpid() != check_process) _exit(124); /* a child with an alarm of its own: whoever waits for it tells */
  const char *const parts[] = {"not ok - ", check_case_now, " waits for something that does not come\n"};
  for (int i = 0; i < 3; i++)
    if (write(STDOUT_FILENO, parts[i], strlen(parts[i])) < 0) break;
  _exit(124);
}

/* From now on the case has CASE_SECONDS. */
static inline void check_begin(const char *name) {
  check_case_now = name;
  check_process = getpid();
  struct sigaction out_of_time;
  memset(&out_of_time, 0, sizeof out_of_time);
  out_of_time.sa_handler = check_out_of_time;
  sigaction(SIGALRM, &out_of_time, NULL);
  alarm(CASE_SECONDS);
}

static inline int check_selected(int argc, char **argv, const char *name) {
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], name) == 0) return 1;
  return argc < 2;
}

static inline int check_run(const check_case *cases, size_t count, int argc, char **argv) {
  unsigned passed = 0, failed = 0;
  for (size_t i = 0; i < count; i++) {
    if (!check_selected(argc, argv, cases[i].name)) continue;
    check_failures_of_case = 0;
    check_begin(cases[i].name);
    cases[i].run();
    alarm(0);
    if (check_failures_of_case == 0)
      passed++;
    else
      failed++;
    printf("%s %u - %s\n", check_failures_of_case == 0 ? "ok" : "not ok", passed + failed, cases[i].name);
    fflush(stdout);
  }
  if (passed + failed == 0) puts("# no case has such a name: without arguments the program lists those it has");
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0 || passed == 0;
}

#define CHECK_MAIN(...)                                                                  \
  check_counter check_failures_of_case;                                                  \
  int main(int argc, char **argv) {                                                      \
    static const check_case check_cases[] = {__VA_ARGS__};                               \
    return check_run(check_cases, sizeof check_cases / sizeof *check_cases, argc, argv); \
  }

#endif /* CHECK_H */

/* For cases that fork in a process with threads, as a host may. */
#ifndef FORKING_H
#define FORKING_H

#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

/*
 * First in such a case. gcc 12's AddressSanitizer does not take its allocator's locks across a fork: a child in which
 * another thread had one never gets memory again. test-c and test-valgrind run these cases.
 */
#ifdef __SANITIZE_ADDRESS__
#define FORKING_CASE()                                                                      \
  do {                                                                                      \
    puts("# not run under AddressSanitizer, which does not survive a fork beside threads"); \
    return;                                                                                 \
  } while (0)
#else
#define FORKING_CASE() ((void)0)
#endif

/*
 * In a child that ends with objects alive: they are no leak. Some are held by an enum with the case's number in unused
 * bits of the pointer, where neither valgrind nor LeakSanitizer recognises it.
 */
static int leaks_do_not_count;

static inline void do_not_look_for_leaks(void) {
  leaks_do_not_count = 1;
#ifdef VALGRIND_CLO_CHANGE
  VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
}

/* LeakSanitizer asks this at the exit. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return leaks_do_not_count; }
#endif
#endif

/*
 * The engine that the sanitizers look at is ordinary Swift, whose runtime takes locks of its own when a type is first
 * used and does not know of forks: a child may find one taken for ever. The library itself has no such runtime.
 */
static inline bool has_swift_runtime(void) {
  void *program = dlopen(NULL, RTLD_NOW);
  return program != NULL && dlsym(program, "swift_getGenericMetadata") != NULL;
}

/* How long a child may take, and how often one is begun that may find such a lock taken. */
static inline unsigned child_patience_seconds(void) { return has_swift_runtime() ? 15 : 300; }
static inline int child_tries(void) { return has_swift_runtime() ? 5 : 1; }

/* The wait status of a child. One that comes to no end within these seconds is killed. */
static inline int status_of(pid_t child, unsigned seconds) {
  int status = -1;
  for (unsigned waited = 0; waitpid(child, &status, WNOHANG) == 0; waited++) {
    if (waited >= seconds * 100) kill(child, SIGKILL);
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return status;
}

/* Whether that child came to no end; tries: how many are left. */
static inline bool came_to_no_end(int status, int tries) {
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return false;
  printf("# a child came to no end%s\n", tries > 1 ? ": a lock of Swift's runtime was taken; once more" : "");
  return true;
}

/* The wait status of a child that runs body, which does not return. */
static inline int status_of_child(void (*body)(void *), void *argument) {
  int status = -1;
  for (int tries = child_tries(); tries > 0; tries--) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      body(argument);
      abort();
    }
    if (child < 0) return -1;
    status = status_of(child, child_patience_seconds());
    if (!came_to_no_end(status, tries)) break;
  }
  return status;
}

#endif /* FORKING_H */

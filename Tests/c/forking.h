/* For cases that fork in a process with threads, as a host may. */
#ifndef FORKING_H
#define FORKING_H

#include <stdio.h>

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
#define FORKING_CASE()                                                                    \
  do {                                                                                    \
    puts("# not run under AddressSanitizer, which does not survive a fork beside threads"); \
    return;                                                                               \
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

#endif /* FORKING_H */

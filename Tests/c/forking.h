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
 * bits of the pointer, where valgrind does not recognise it.
 */
static inline void do_not_look_for_leaks(void) {
#ifdef VALGRIND_CLO_CHANGE
  VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
}

#endif /* FORKING_H */

/* The parts of libc that Swift imports as they are. Embedded Swift has no Glibc module. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* glibc declares them under _GNU_SOURCE only, which would make these headers others than those of the other modules. */
int dup3(int from, int to, int flags);
int sched_getcpu(void);
double strtod_l(const char *, char **, locale_t);
char *secure_getenv(const char *name);

/* A macro of <sys/socket.h>, which curl's headers bring too: the importer would give it to their module alone. */
enum { mcpauth_AF_INET6 = AF_INET6 };

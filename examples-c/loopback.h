/*
 * loopback.h: what the example servers share: a listening socket that only this machine can reach, and a clean end.
 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Listens on 127.0.0.1. *port 0 lets the system pick a free one; the one in use is written back, so that a server knows
 * its own URL before it serves the first request. Returns the socket, or -1 with errno.
 */
static inline int listen_on_loopback(uint16_t *port) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  const int on = 1;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return -1;

  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(*port);
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    const int reason = errno;
    close(fd);
    errno = reason;
    return -1;
  }
  *port = ntohs(address.sin_port);
  return fd;
}

/* A port number as the user typed it, 0 to 65535. Returns 0, or -1 when it is none. */
static inline int parse_port(const char *text, uint16_t *port) {
  char *end = NULL;
  errno = 0;
  const unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value > UINT16_MAX) return -1;
  *port = (uint16_t)value;
  return 0;
}

/* SIGINT and SIGTERM wait for wait_for_stop. To be called before any thread is started: threads inherit the mask. */
static inline void block_stop_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, set, NULL);
}

/* Returns when the user or the system asks the program to end. */
static inline void wait_for_stop(const sigset_t *set) {
  int received = 0;
  while (sigwait(set, &received) != 0) continue;
}

#endif

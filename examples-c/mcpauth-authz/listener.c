/* Where nginx reaches the authorizer: nobody else does. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "../loopback.h"
#include "authz.h"

static int listen_on_path(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat there;
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, path, strlen(path) + 1);
  if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode)) unlink(path); /* of one that was killed */
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0660) == 0 && listen(fd, 64) == 0)
    return fd;
  const int reason = errno;
  close(fd);
  errno = reason;
  return -1;
}

int open_listener(const char *where, char *name, size_t size) {
  uint16_t port = 0;
  int fd = -1;
  errno = 0;
  if (strncmp(where, "unix:", 5) == 0) {
    fd = listen_on_path(where + 5);
    snprintf(name, size, "%s", where);
  } else if (strncmp(where, "127.0.0.1:", 10) == 0 && parse_port(where + 10, &port) == 0) {
    fd = listen_on_loopback(&port);
    snprintf(name, size, "127.0.0.1:%u", (unsigned)port);
  }
  if (fd < 0)
    fprintf(stderr, "mcpauth-authz: cannot listen on %s: %s\n", where,
            errno != 0 ? strerror(errno) : "it has to be 127.0.0.1:PORT or unix:PATH");
  return fd;
}

#include "key_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tokens.h"

enum { MAX_ROUTES = 16 };

typedef struct {
  char *path, *body, *location;
  unsigned status, delay_ms, hits, to_hold;
} route;

struct key_server {
  struct MHD_Daemon *daemon;
  char *url;
  pthread_cond_t released;
  pthread_mutex_t lock; /* over what follows */
  route routes[MAX_ROUTES];
  unsigned route_count, hits, releases;
};

static void need(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "key_server.c: %s failed\n", what);
  abort();
}

/* Under the lock. A path that nobody set is added as a 404, so that its hits are counted too. */
static route *route_of(key_server *server, const char *path) {
  for (unsigned i = 0; i < server->route_count; i++)
    if (strcmp(server->routes[i].path, path) == 0) return &server->routes[i];
  need(server->route_count < MAX_ROUTES, "another route");
  route *fresh = &server->routes[server->route_count++];
  *fresh = (route){.path = format("%s", path), .body = format("%s", "not here"), .status = 404};
  return fresh;
}

static enum MHD_Result answer(void *userdata, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state) {
  (void)method, (void)version, (void)upload, (void)upload_size, (void)state;
  key_server *server = userdata;
  pthread_mutex_lock(&server->lock);
  route *found = route_of(server, url);
  found->hits++;
  server->hits++;
  if (found->to_hold > 0) {
    found->to_hold--;
    const unsigned before = server->releases;
    while (server->releases == before) pthread_cond_wait(&server->released, &server->lock);
  }
  unsigned status = found->status, delay_ms = found->delay_ms;
  struct MHD_Response *response =
      MHD_create_response_from_buffer(strlen(found->body), found->body, MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, "Content-Type", "application/json");
  if (found->location) MHD_add_response_header(response, "Location", found->location);
  pthread_mutex_unlock(&server->lock);

  nanosleep(&(struct timespec){delay_ms / 1000, (long)(delay_ms % 1000) * 1000000}, NULL);
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static struct sockaddr_in loopback(void) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

key_server *key_server_start(void) {
  key_server *server = calloc(1, sizeof *server);
  need(server != NULL, "calloc");
  pthread_mutex_init(&server->lock, NULL);
  pthread_cond_init(&server->released, NULL);
  struct sockaddr_in address = loopback();
  server->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0, NULL, NULL,
                                    answer, server, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
  need(server->daemon != NULL, "MHD_start_daemon");
  server->url = format("http://127.0.0.1:%u", MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
  return server;
}

void key_server_stop(key_server *server) {
  key_server_release(server);
  MHD_stop_daemon(server->daemon);
  for (unsigned i = 0; i < server->route_count; i++) {
    free(server->routes[i].path);
    free(server->routes[i].body);
    free(server->routes[i].location);
  }
  pthread_cond_destroy(&server->released);
  pthread_mutex_destroy(&server->lock);
  free(server->url);
  free(server);
}

const char *key_server_url(const key_server *server) { return server->url; }

void key_server_route(key_server *server, const char *path, unsigned status, const char *body, const char *location) {
  pthread_mutex_lock(&server->lock);
  route *changed = route_of(server, path);
  free(changed->body);
  free(changed->location);
  changed->status = status;
  changed->body = format("%s", body);
  changed->location = location ? format("%s", location) : NULL;
  pthread_mutex_unlock(&server->lock);
}

void key_server_delay(key_server *server, const char *path, unsigned milliseconds) {
  pthread_mutex_lock(&server->lock);
  route_of(server, path)->delay_ms = milliseconds;
  pthread_mutex_unlock(&server->lock);
}

void key_server_hold(key_server *server, const char *path, unsigned requests) {
  pthread_mutex_lock(&server->lock);
  route_of(server, path)->to_hold = requests;
  pthread_mutex_unlock(&server->lock);
}

void key_server_release(key_server *server) {
  pthread_mutex_lock(&server->lock);
  for (unsigned i = 0; i < server->route_count; i++) server->routes[i].to_hold = 0;
  server->releases++;
  pthread_cond_broadcast(&server->released);
  pthread_mutex_unlock(&server->lock);
}

unsigned key_server_hits(key_server *server, const char *path) {
  pthread_mutex_lock(&server->lock);
  unsigned hits = path ? route_of(server, path)->hits : server->hits;
  pthread_mutex_unlock(&server->lock);
  return hits;
}

char *dead_url(const char *path) {
  int probe = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback();
  socklen_t len = sizeof address;
  need(probe >= 0 && bind(probe, (struct sockaddr *)&address, len) == 0, "bind");
  need(getsockname(probe, (struct sockaddr *)&address, &len) == 0, "getsockname");
  close(probe); /* bound and never listened on: a connection is refused */
  return format("http://127.0.0.1:%u%s", ntohs(address.sin_port), path);
}

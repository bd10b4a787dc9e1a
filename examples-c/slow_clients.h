/*
 * slow_clients.h: how long a client of mcp_server_uv.c may take. A time of silence would not do: one byte now and then
 * would keep a connection for ever. So each has a deadline, for a whole request to come or an answer to be fetched.
 *
 * Times are milliseconds of one clock, the loop's. Everything here happens on the loop's thread.
 */
#ifndef SLOW_CLIENTS_H
#define SLOW_CLIENTS_H

#include <microhttpd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

/* A connection. */
struct client {
  struct clients *all;
  struct MHD_Connection *connection;
  uint64_t deadline; /* 0: it waits for us, not we for it */
  struct client *next, **link;
};

struct clients {
  struct client *first;
  uint64_t timeout_ms;
};

static struct client *client_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info != NULL ? info->socket_context : NULL;
}

/* libmicrohttpd reads the end, and closes. */
static void hang_up(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != NULL) shutdown(info->connect_fd, SHUT_RDWR);
}

/* From now on the client has its time, to send a request or to fetch an answer. */
static void expect_soon(struct MHD_Connection *connection, uint64_t now) {
  struct client *client = client_of(connection);
  if (client != NULL) client->deadline = now + client->all->timeout_ms;
}

/* Nothing is expected of the client: it waits for an answer. */
static void expect_nothing(struct MHD_Connection *connection) {
  struct client *client = client_of(connection);
  if (client != NULL) client->deadline = 0;
}

/* A connection begins or ends; context is its socket_context. */
static void note_client(struct clients *clients, struct MHD_Connection *connection, void **context,
                        enum MHD_ConnectionNotificationCode what, uint64_t now) {
  struct client *client = *context;
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    *context = client = malloc(sizeof *client);
    if (client == NULL) {
      hang_up(connection);
      return;
    }
    *client = (struct client){clients, connection, now + clients->timeout_ms, clients->first, &clients->first};
    if (client->next != NULL) client->next->link = &client->next;
    clients->first = client;
  } else if (client != NULL) {
    *client->link = client->next;
    if (client->next != NULL) client->next->link = client->link;
    free(client);
  }
}

static void hang_up_on_slow_clients(struct clients *clients, uint64_t now) {
  for (struct client *client = clients->first; client != NULL; client = client->next) {
    if (client->deadline == 0 || now < client->deadline) continue;
    client->deadline = 0;
    hang_up(client->connection);
  }
}

#endif

/* An HTTP server on loopback for the tests: what an issuer would serve, and how often it was asked. */
#ifndef KEY_SERVER_H
#define KEY_SERVER_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct key_server key_server;

key_server *key_server_start(void);
void key_server_stop(key_server *server);

/* "http://127.0.0.1:PORT"; lives as long as the server. */
const char *key_server_url(const key_server *server);

/* Answers path with status and body, from now on; location (for redirects) may be NULL. All other paths give 404. */
void key_server_route(key_server *server, const char *path, unsigned status, const char *body, const char *location);

/* Answers path only after so many milliseconds. */
void key_server_delay(key_server *server, const char *path, unsigned milliseconds);

/* Holds back the answers to the next so many requests for path until they are released; later ones are answered at once. */
void key_server_hold(key_server *server, const char *path, unsigned requests);
void key_server_release(key_server *server);

/* Requests for path, or for any path when it is NULL, so far. */
unsigned key_server_hits(key_server *server, const char *path);

/* A URL on loopback where nothing listens. To be freed. */
char *dead_url(const char *path);

#ifdef __cplusplus
}
#endif

#endif /* KEY_SERVER_H */

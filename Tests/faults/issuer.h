/* The issuer that injects the faults: issuer_server.py in a process of its own, the keys it publishes, and its tokens. */
#ifndef ISSUER_H
#define ISSUER_H

/* Starts it; DIRECTORY holds the certificates of certificates.sh. What cannot be started ends the program. */
void issuer_start(const char *program, const char *directory);
void issuer_stop(void);

const char *issuer_url(void);       /* "https://localhost:PORT" */
const char *issuer_directory(void); /* of the certificates */
unsigned issuer_canary_port(void);  /* http on loopback, where nobody has any business */

/* A command of issuer_server.py, made as by printf; an answer other than `ok` fails the case. */
void issuer_obey(const char *command, ...) __attribute__((format(printf, 1, 2)));

/* What it was asked so far. */
typedef struct {
  unsigned metadata, keys, canary, connections;
  unsigned faults; /* answered with one, or hanging in it */
} issuer_hits;

issuer_hits issuer_asked(void);

/* The keys "k0" and "k1" are the issuer's in turn; "k2" nobody has. Publishes count of them, and more JWKs as they are. */
enum { FIRST_KEY, SECOND_KEY, NOBODYS_KEY, KEY_COUNT };
void issuer_publish(int first, int count, const char *more);
char *issuer_public_jwk(int key); /* to be freed */

/* A token by key, with the kid of another perhaps; issued and expiring so many seconds from now. To be freed. */
char *issuer_token(int key, int kid, long issued, long expires);
/* The same by FIRST_KEY for another iss, good for a minute. */
char *issuer_token_of(const char *iss);

#endif /* ISSUER_H */

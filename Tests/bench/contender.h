/* One library that verifies tokens, as the benchmark of new tokens drives it. */
#ifndef CONTENDER_H
#define CONTENDER_H

#include <stdbool.h>
#include <stddef.h>

struct contender {
  const char *name;
  /* what it does beside the signature, for the table */
  const char *checks;
  /* Keeps what can be kept for one algorithm's key; false when the library does not know the algorithm. */
  bool (*prepare)(const char *algorithm, const char *pem, const char *jwk, const char *jwks);
  /* One token from text to an answer; aborts unless it is valid. */
  void (*verify)(const char *token, size_t len);
};

extern const struct contender contender_libjwt, contender_cjose, contender_rhonabwy;

#endif
